import type { PolicyRefusal } from '../settings/policy-refusal.ts';
import type { CommandContext } from './command.ts';
import { defaultsFor, isPrivateByDefault } from './defaults.ts';
import type { Invoker } from './invoker.ts';
import { resolveChannel } from './resolve-channel.ts';

/** Why a request with nothing but a prompt would be refused here and now. */
export async function findRefusal(
  { admission, findParent, preferences }: CommandContext,
  invoker: Invoker,
  rules: Awaited<Invoker['rules']>,
): Promise<PolicyRefusal | undefined> {
  const { guildId, userId, roleIds } = invoker;
  const [channel, ask, own] = await Promise.all([
    resolveChannel(invoker, rules.settings, findParent),
    admission.open(guildId, rules),
    preferences.load(userId),
  ]);
  const answer = ask?.({
    jobId: '',
    member: { id: userId, roleIds },
    channel,
    request: {
      ...defaultsFor(rules.settings, roleIds, [own.defaults]).defaults,
      prompt: '',
      isPrivate: isPrivateByDefault(own, guildId),
    },
  });
  return answer?.allowed === false ? answer.reason : undefined;
}
