import { mention } from '../../replies/format.ts';
import { blockedName, type RoleNames } from '../../replies/settings/blocks.ts';
import { isInForce } from '../../settings/blocks.ts';
import type { Block, Settings } from '../../settings/schema.ts';
import type { Texts } from '../../texts/index.ts';
import type { Listed } from './find-listed.ts';
import { SettingProblem } from './subcommand.ts';

/** The blocks that have not ended by themselves, the latest first. */
export function blocksInForce({ blocks }: Settings, nowMs: number): Block[] {
  return blocks.filter((block) => isInForce(block, nowMs)).toSorted((a, b) => b.atMs - a.atMs);
}

/** The blocked members and roles, by name. */
export function listedBlocks(blocks: readonly Block[], roleNames: RoleNames, { config }: Texts): Listed[] {
  return blocks.map((block) => {
    const { id, kind } = block;
    const known = blockedName(block, roleNames);
    const name = known === id ? undefined : known;
    return {
      id,
      label: config.block.choice({ name, kind, id }),
      names: name === undefined ? [] : [name, `@${name}`],
      mention: mention(kind === 'role' ? '@&' : '@', id),
    };
  });
}

/** The settings without a block. @param id a member's or a role's: no two have the same @throws SettingProblem when there is none */
export function removeBlock(settings: Settings, id: string): Settings {
  const blocks = settings.blocks.filter((block) => block.id !== id);
  if (blocks.length === settings.blocks.length)
    throw new SettingProblem(({ config }) => config.block.notListed(`\`${id}\``));
  return { ...settings, blocks };
}
