import type { PolicyRefusal } from '../settings/policy-refusal.ts';
import type { CommandContext } from './command.ts';
import { defaultsFor } from './defaults.ts';
import type { Invoker } from './invoker.ts';
import { resolveChannel } from './resolve-channel.ts';

/** Why a request with nothing but a prompt would be refused here and now. */
export async function findRefusal(
  { admission, findParent }: CommandContext,
  invoker: Invoker,
  rules: Awaited<Invoker['rules']>,
): Promise<PolicyRefusal | undefined> {
  const { guildId, userId, roleIds } = invoker;
  const [channel, ask] = await Promise.all([
    resolveChannel(invoker, rules.settings, findParent),
    admission.open(guildId, rules),
  ]);
  const answer = ask?.({
    jobId: '',
    member: { id: userId, roleIds },
    channel,
    request: { ...defaultsFor(rules.settings, roleIds), prompt: '', isPrivate: false },
  });
  return answer?.allowed === false ? answer.reason : undefined;
}
