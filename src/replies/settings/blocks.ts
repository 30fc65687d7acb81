import type { Block } from '../../settings/schema.ts';
import { plain } from '../escape.ts';
import { absoluteTime } from '../facts.ts';
import { mention, quoted, utcWords } from '../format.ts';
import { type ListPage, listPage } from './lists.ts';

/** Of roles by id, as far as they are known. */
export type RoleNames = ReadonlyMap<string, string>;

/** What whoever is blocked is called, the id where that isn't known. */
export function blockedName({ kind, id, name }: Block, roleNames: RoleNames): string {
  const known = kind === 'role' ? (roleNames.get(id) ?? name) : name;
  return known === undefined ? id : plain(known);
}

function line({ kind, id, untilMs, reason, byId, atMs }: Block): string {
  const until = untilMs === undefined ? 'until somebody lifts it' : `until ${absoluteTime(untilMs)}`;
  const why = reason === undefined ? '' : `: ${quoted(reason)}`;
  return `${mention(kind === 'role' ? '@&' : '@', id)} ${until}, by ${mention('@', byId)} ${absoluteTime(atMs)}${why}`;
}

function fileLine(block: Block, roleNames: RoleNames): string {
  const { kind, id, untilMs, reason, byId, atMs } = block;
  const until = untilMs === undefined ? 'until somebody lifts it' : `until ${utcWords(untilMs)}`;
  const why = reason === undefined ? '' : `: ${plain(reason)}`;
  const name = blockedName(block, roleNames);
  const whom = name === id ? `${kind} ${id}` : `${kind} ${id} (${name})`;
  return `${whom} ${until}, by ${byId} ${utcWords(atMs)}${why}`;
}

/** All blocks, in the order given. */
export function blocksPage(blocks: readonly Block[], roleNames: RoleNames): ListPage {
  return listPage({
    title: 'Blocks',
    count: blocks.length,
    shown: blocks.map(line).join('\n'),
    none: 'Nobody is blocked (default).',
    file: { name: 'blocks.txt', lines: () => blocks.map((block) => fileLine(block, roleNames)) },
  });
}
