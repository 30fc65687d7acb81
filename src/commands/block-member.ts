import type { REST } from 'discord.js';
import type { Job } from '../jobs/job.ts';
import type { BlockOutcome, BlockProblem } from '../replies/blocked.ts';
import { cut, plain } from '../replies/escape.ts';
import { isInForce } from '../settings/blocks.ts';
import { type Block, SETTINGS_LIMITS, type Settings } from '../settings/schema.ts';
import { now, withTimeout } from '../time.ts';
import type { CommandContext } from './command.ts';
import { fetchMember } from './guild-member.ts';
import type { Invoker } from './invoker.ts';

/** For Discord to send the roles of all members in the queue. */
const ROLES_TIMEOUT_MS = 10_000;

export type NewBlock = Pick<Block, 'kind' | 'id' | 'name' | 'untilMs' | 'reason'>;

type Waiting = Pick<Job, 'id' | 'requesterId'>;

interface Blocking {
  readonly context: Pick<CommandContext, 'jobs' | 'settings' | 'modLog' | 'log'>;
  readonly invoker: Pick<Invoker, 'userId'> & { readonly guildId: string };
  readonly rest: Pick<REST, 'get'>;
  /** The bot's own user. */
  readonly botId: string;
}

/** The settings with a block in place of an earlier one of the same; undefined when there is no room for it. */
function withBlock(settings: Settings, block: Block, nowMs: number): Settings | undefined {
  const isSame = ({ kind, id }: Block) => kind === block.kind && id === block.id;
  const others = settings.blocks.filter((other) => !isSame(other) && isInForce(other, nowMs));
  return others.length < SETTINGS_LIMITS.blocks ? { ...settings, blocks: [...others, block] } : undefined;
}

/** Those of the jobs whose requester has a role now, and for how many requesters Discord didn't say. */
async function jobsOfRole(jobs: readonly Waiting[], roleId: string, { rest, invoker }: Blocking) {
  const memberIds = [...new Set(jobs.map(({ requesterId }) => requesterId))];
  const found = await withTimeout(
    ROLES_TIMEOUT_MS,
    () => new Error('Discord did not send the roles of the members in the queue in time.'),
    (signal) => Promise.allSettled(memberIds.map((memberId) => fetchMember(rest, invoker.guildId, memberId, signal))),
  );
  const withRole = new Set(
    memberIds.filter((_, index) => {
      const member = found[index];
      return member?.status === 'fulfilled' && member.value.roleIds.includes(roleId);
    }),
  );
  return {
    jobs: jobs.filter(({ requesterId }) => withRole.has(requesterId)),
    unchecked: found.filter(({ status }) => status === 'rejected').length,
  };
}

async function cancelWaiting({ kind, id }: NewBlock, blocking: Blocking): Promise<BlockOutcome> {
  const { jobs } = blocking.context;
  const { guildId, userId: moderatorId } = blocking.invoker;
  const waiting = jobs.waitingIn(guildId);
  const theirs =
    kind === 'role'
      ? await jobsOfRole(waiting, id, blocking)
      : { jobs: waiting.filter(({ requesterId }) => requesterId === id), unchecked: 0 };
  const cancelled = theirs.jobs.filter((job) => jobs.cancel(job.id, moderatorId)).length;
  return { cancelled, unchecked: theirs.unchecked };
}

/**
 * Blocks a member or a role in a server, tells the log channel, and cancels what they have in the queue. Replaces an earlier block
 * of the same. May take some seconds for a role.
 * @param block `reason` within `SETTINGS_LIMITS.reasonLength`; a longer name is cut
 * @returns how many requests were cancelled, or why the block was not added
 */
export async function addBlock(blocking: Blocking, block: NewBlock): Promise<BlockOutcome | { problem: BlockProblem }> {
  const { context, invoker, botId } = blocking;
  const { guildId, userId: byId } = invoker;
  if (block.kind === 'role' && block.id === guildId) return { problem: 'everyone' };
  if (block.kind === 'member' && block.id === botId) return { problem: 'bot' };
  const { name } = block;
  const named = name === undefined ? {} : { name: cut(plain(name), SETTINGS_LIMITS.blockNameLength) };
  const nowMs = now();
  const added: Block = { ...block, ...named, byId, atMs: nowMs };
  let hasRoom = true;
  const { now: after, changes } = await context.settings.change(guildId, byId, (settings) => {
    const edited = withBlock(settings, added, nowMs);
    hasRoom = edited !== undefined;
    return edited ?? settings;
  });
  if (!hasRoom) return { problem: 'full' };
  const facts = { user: byId, guild: guildId, revision: after.revision, settings: ['blocks'] };
  context.log.info(facts, 'settings changed');
  if (changes.length > 0) context.modLog.note(guildId, { kind: 'settings', byId, changes });
  return cancelWaiting(block, blocking);
}
