import type { APIEmbed } from 'discord.js';
import { plain } from '../../replies/escape.ts';
import { absoluteTime } from '../../replies/facts.ts';
import { COLOURS } from '../../replies/message.ts';
import { mention, quoted, utcWords } from '../../replies/settings-format.ts';
import type { Block, Settings } from '../../settings/schema.ts';
import { SettingProblem } from './subcommand.ts';
import { textFile } from './text-file.ts';

type Names = ReadonlyMap<string, string>;

/** Discord takes 4096 characters in a description. */
const MAX_LIST_LENGTH = 4_000;

/** The blocks that have not ended by themselves, the latest first. */
export function blocksInForce({ blocks }: Settings, nowMs: number): Block[] {
  return blocks.filter(({ untilMs }) => untilMs === undefined || untilMs > nowMs).toSorted((a, b) => b.atMs - a.atMs);
}

function nameOf({ kind, id, name }: Block, roleNames: Names): string {
  const known = kind === 'role' ? (roleNames.get(id) ?? name) : name;
  return known === undefined ? id : plain(known);
}

/** Blocks to choose from. @param roleNames by id, as far as they are known */
export function blockChoices(blocks: readonly Block[], roleNames: Names): { name: string; value: string }[] {
  return blocks.map((block) => {
    const name = nameOf(block, roleNames);
    const beside = block.kind === 'role' ? 'role' : block.id;
    return {
      name: name === block.id ? `${block.kind} ${name}` : `${name} (${beside})`,
      value: `${block.kind}:${block.id}`,
    };
  });
}

/** The settings without a block. @param choice the value of one of `blockChoices`, or a mention @throws SettingProblem when there is none */
export function removeBlock(settings: Settings, choice: string): Settings {
  const [id] = /\d{17,20}/.exec(choice) ?? [];
  // A member and a role never have the same id.
  const blocks = settings.blocks.filter((block) => block.id !== id);
  if (blocks.length === settings.blocks.length)
    throw new SettingProblem('There is no such block. Choose one of those that are offered while you type.');
  return { ...settings, blocks };
}

function line({ kind, id, untilMs, reason, byId, atMs }: Block): string {
  const until = untilMs === undefined ? 'until somebody lifts it' : `until ${absoluteTime(untilMs)}`;
  const why = reason === undefined ? '' : `: ${quoted(reason)}`;
  return `${mention(kind === 'role' ? '@&' : '@', id)} ${until}, by ${mention('@', byId)} ${absoluteTime(atMs)}${why}`;
}

function fileLine(block: Block, roleNames: Names): string {
  const { kind, id, untilMs, reason, byId, atMs } = block;
  const until = untilMs === undefined ? 'until somebody lifts it' : `until ${utcWords(untilMs)}`;
  const why = reason === undefined ? '' : `: ${plain(reason)}`;
  const name = nameOf(block, roleNames);
  const whom = name === id ? `${kind} ${id}` : `${kind} ${id} (${name})`;
  return `${whom} ${until}, by ${byId} ${utcWords(atMs)}${why}`;
}

/** All blocks, as far as they fit into a message, else in a file. */
export function blockList(
  blocks: readonly Block[],
  roleNames: Names,
): { embeds: APIEmbed[]; files: ReturnType<typeof textFile>[] } {
  const shown = blocks.map(line).join('\n');
  const fits = shown.length <= MAX_LIST_LENGTH;
  const inFile = 'All of them are in the file.';
  const description = blocks.length === 0 ? 'Nobody is blocked (default).' : fits ? shown : inFile;
  return {
    embeds: [{ color: COLOURS.progress, title: `Blocks (${blocks.length})`, description }],
    files: fits
      ? []
      : [
          textFile(
            'blocks.txt',
            blocks.map((block) => fileLine(block, roleNames)),
          ),
        ],
  };
}
