import type { Preferences } from '../../settings/preferences.ts';
import type { Settings } from '../../settings/schema.ts';
import { BUILT_IN_STYLES, type BuiltInStyleName } from '../../styles/built-in-styles.ts';
import { type Style, styleKey } from '../../styles/style.ts';
import type { Texts } from '../../texts/index.ts';
import { choicesFrom } from '../config/choices.ts';

/** A style that a member can pick. */
export interface OfferedStyle {
  readonly name: string;
  readonly style: Style;
  readonly owner: 'member' | 'server' | 'bot';
  readonly description: string;
}

/** What a saved style adds, in place of a description. */
function describe({ prompt, negativePrompt }: Style): string {
  return prompt ?? negativePrompt ?? '';
}

function builtInStyles({ styles }: Texts): OfferedStyle[] {
  // Safe cast: the keys of the table.
  const ids = Object.keys(BUILT_IN_STYLES) as BuiltInStyleName[];
  return ids.map((id) => {
    const { name, description } = styles.builtIn[id];
    return { name, style: { ...BUILT_IN_STYLES[id], name }, owner: 'bot', description };
  });
}

/** The styles that a member can pick here: of several with the same name the member's own, or else the server's. */
export function listStyles(
  own: Pick<Preferences, 'styles'>,
  server: Pick<Settings, 'styles'>,
  texts: Texts,
): readonly OfferedStyle[] {
  const saved = (styles: readonly Style[], owner: 'member' | 'server') =>
    styles.map((style): OfferedStyle => ({ name: style.name, style, owner, description: describe(style) }));
  const all = [...saved(own.styles, 'member'), ...saved(server.styles, 'server'), ...builtInStyles(texts)];
  const first = new Map<string, OfferedStyle>();
  for (const offered of all) {
    const key = styleKey(offered.name);
    if (!first.has(key)) first.set(key, offered);
  }
  return [...first.values()];
}

/** For Discord's picker. */
export function styleChoices(
  offered: readonly OfferedStyle[],
  typed: string,
  { styles }: Texts,
): { name: string; value: string }[] {
  const choices = offered.map(({ name, owner, description }) => {
    const shown = owner === 'bot' ? name : styles.named[owner](name);
    return { name: description === '' ? shown : styles.choice(shown, description), value: name };
  });
  return choicesFrom(choices, typed);
}
