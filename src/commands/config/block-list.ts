import { blockedName, type RoleNames } from '../../replies/settings/blocks.ts';
import { isInForce } from '../../settings/blocks.ts';
import type { Block, Settings } from '../../settings/schema.ts';
import { findSnowflake } from '../../snowflake.ts';
import { SettingProblem } from './subcommand.ts';

/** The blocks that have not ended by themselves, the latest first. */
export function blocksInForce({ blocks }: Settings, nowMs: number): Block[] {
  return blocks.filter((block) => isInForce(block, nowMs)).toSorted((a, b) => b.atMs - a.atMs);
}

/** Blocks to choose from. */
export function blockChoices(blocks: readonly Block[], roleNames: RoleNames): { name: string; value: string }[] {
  return blocks.map((block) => {
    const name = blockedName(block, roleNames);
    const beside = block.kind === 'role' ? 'role' : block.id;
    return {
      name: name === block.id ? `${block.kind} ${name}` : `${name} (${beside})`,
      value: `${block.kind}:${block.id}`,
    };
  });
}

/** The settings without a block. @param choice the value of one of `blockChoices`, or a mention @throws SettingProblem when there is none */
export function removeBlock(settings: Settings, choice: string): Settings {
  const id = findSnowflake(choice);
  // A member and a role never have the same id.
  const blocks = settings.blocks.filter((block) => block.id !== id);
  if (blocks.length === settings.blocks.length)
    throw new SettingProblem(({ config }) => config.block.notListed(choice));
  return { ...settings, blocks };
}
