import type { Block } from '../../settings/schema.ts';
import type { Texts } from '../../texts/index.ts';
import { plain } from '../escape.ts';
import { absoluteTime } from '../facts.ts';
import { mention, quoted } from '../format.ts';
import { type ListPage, listPage } from './lists.ts';

/** Of roles by id, as far as they are known. */
export type RoleNames = ReadonlyMap<string, string>;

/** The name of who is blocked, the id where that isn't known. */
export function blockedName({ kind, id, name }: Block, roleNames: RoleNames): string {
  const known = kind === 'role' ? (roleNames.get(id) ?? name) : name;
  return known === undefined ? id : plain(known);
}

/** A block on one line; the parts are what a message and a file write differently. */
function line(
  { untilMs, atMs }: Block,
  parts: { readonly who: string; readonly by: string; readonly reason: string | undefined },
  time: (epochMs: number) => string,
  { blocksPage: texts }: Texts,
): string {
  const until = untilMs === undefined ? texts.untilLifted : texts.until(time(untilMs));
  const why = parts.reason === undefined ? '' : `: ${parts.reason}`;
  return `${parts.who} ${until}, ${texts.by(parts.by, time(atMs))}${why}`;
}

function messageLine(block: Block, texts: Texts): string {
  const { kind, id, byId, reason } = block;
  const who = mention(kind === 'role' ? '@&' : '@', id);
  const parts = { who, by: mention('@', byId), reason: reason === undefined ? undefined : quoted(reason) };
  return line(block, parts, absoluteTime, texts);
}

function fileLine(block: Block, roleNames: RoleNames, texts: Texts): string {
  const { kind, id, byId, reason } = block;
  const name = blockedName(block, roleNames);
  const who = `${texts.blocksPage.kinds[kind]} ${id}${name === id ? '' : ` (${name})`}`;
  const parts = { who, by: byId, reason: reason === undefined ? undefined : plain(reason) };
  return line(block, parts, (epochMs) => new Date(epochMs).toISOString(), texts);
}

/** All blocks, in the order given. */
export function blocksPage(blocks: readonly Block[], roleNames: RoleNames, texts: Texts): ListPage {
  const list = {
    title: texts.blocksPage.title,
    count: blocks.length,
    shown: blocks.map((block) => messageLine(block, texts)).join('\n'),
    none: texts.blocksPage.none,
    file: { name: 'blocks.txt', lines: () => blocks.map((block) => fileLine(block, roleNames, texts)) },
  };
  return listPage(list, texts);
}
