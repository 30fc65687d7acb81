import { plain } from '../../replies/escape.ts';
import { listed, quoted } from '../../replies/format.ts';
import { SNOWFLAKE_FORM } from '../../snowflake.ts';
import type { Texts } from '../../texts/index.ts';
import { SettingProblem } from './subcommand.ts';

/** A channel, role or member that moderators have listed. */
export interface Listed {
  readonly id: string;
  /** What Discord's picker shows. */
  readonly label: string;
  /** All that a moderator may type for it; none where its name isn't known, or is hidden from them. */
  readonly names: readonly string[];
  readonly mention: string;
}

/** A whole text that is an id or a mention. */
const ID = new RegExp(`^(?:(${SNOWFLAKE_FORM})|<[#@][!&]?(${SNOWFLAKE_FORM})>)$`);
const TYPED_LENGTH = 100;
const MATCHES_LENGTH = 1_000;

const toKey = (name: string) => plain(name).toLowerCase();

/** For Discord's picker. */
export function toChoices(list: readonly Listed[]): { name: string; value: string }[] {
  return list.map(({ id, label }) => ({ name: label, value: id }));
}

/**
 * The id of what a moderator has picked, mentioned or typed by name. It need not be on the list when they gave the id.
 * @param notListed what to answer for a name that isn't on the list
 * @throws SettingProblem when no name fits, or several do
 */
export function findListed(
  list: readonly Listed[],
  typed: string,
  notListed: (typed: string, texts: Texts) => string,
): string {
  const [, plainId, id = plainId] = ID.exec(typed.trim()) ?? [];
  if (id !== undefined) return id;
  const key = toKey(typed);
  const matches = list.filter(({ label, names }) => [label, ...names].some((name) => toKey(name) === key));
  const [match, ...others] = matches;
  if (match && others.length === 0) return match.id;
  const shown = quoted(typed, TYPED_LENGTH);
  if (match) {
    const all = matches.map(({ mention, id }) => `${mention} (\`${id}\`)`);
    throw new SettingProblem((texts) =>
      texts.config.ambiguous({ typed: shown, matches: listed(all, MATCHES_LENGTH, texts) }),
    );
  }
  const isCertain = list.every(({ names }) => names.length > 0);
  throw new SettingProblem((texts) => (isCertain ? notListed(shown, texts) : texts.config.nameUnknown(shown)));
}
