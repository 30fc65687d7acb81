import { STYLE_LIMITS, type Style } from '../styles/style.ts';
import type { Texts } from '../texts/index.ts';
import { escaped } from './escape.ts';
import { samplingWords } from './facts.ts';
import { listed, quoted } from './format.ts';
import { type ListPage, listPage } from './settings/lists.ts';

/** Of an escaped name. */
const NAME_LENGTH = 2 * STYLE_LIMITS.nameLength;
/** An escaped text is at most twice as long. */
const TEXT_LENGTH = 2 * STYLE_LIMITS.promptLength;
/** Discord takes 1024 characters in a field. */
const FIELD_LENGTH = 1_000;

/** A style that a member can pick. */
interface Pickable {
  readonly name: string;
  readonly owner: 'member' | 'server' | 'bot';
}

/** What a style adds. @param show makes a text fit to be shown */
function contents({ prompt, negativePrompt, parameters }: Style, show: (text: string) => string, texts: Texts): string {
  return [
    ...(prompt === undefined ? [] : [show(prompt)]),
    ...(negativePrompt === undefined ? [] : [texts.styles.page.negative(show(negativePrompt))]),
    ...(parameters.size === undefined ? [] : [escaped(parameters.size.replace('x', '×'), NAME_LENGTH)]),
    ...samplingWords(parameters, texts),
  ].join(' · ');
}

function savedStylesPage(styles: readonly Style[], title: string, none: string, texts: Texts): ListPage {
  const byName = styles.toSorted((a, b) => a.name.localeCompare(b.name, 'en'));
  const short = (text: string) => quoted(text, TEXT_LENGTH);
  const list = {
    title,
    count: styles.length,
    shown: byName.map((its) => `**${escaped(its.name, NAME_LENGTH)}**: ${contents(its, short, texts)}`).join('\n'),
    none,
    file: {
      name: 'styles.txt',
      lines: () => byName.map((its) => `${its.name}: ${contents(its, (text) => `"${text}"`, texts)}`),
    },
  };
  return listPage(list, texts);
}

/** All styles of a server. */
export function serverStylesPage(styles: readonly Style[], texts: Texts): ListPage {
  const { server, noneServer } = texts.styles.page;
  return savedStylesPage(styles, server, noneServer, texts);
}

/** The styles that a member can pick here: their own with all that these add, of the others the names. */
export function stylesPage(own: readonly Style[], pickable: readonly Pickable[], texts: Texts): ListPage {
  const { page } = texts.styles;
  const { embeds, files } = savedStylesPage(own, page.own, page.noneOwn, texts);
  const fields = (['server', 'bot'] as const).flatMap((owner) => {
    const names = pickable.filter((its) => its.owner === owner).map(({ name }) => escaped(name, NAME_LENGTH));
    return names.length === 0 ? [] : [{ name: page[owner], value: listed(names, FIELD_LENGTH, texts) }];
  });
  return { embeds: embeds.map((embed) => ({ ...embed, fields, footer: { text: page.hint } })), files };
}
