import type { Ceilings, OperatorLimits } from '../../src/settings/ceilings.ts';
import type { Channel } from '../../src/settings/channels.ts';
import { decide, type ImageRequest, type Member, type RequestUsage } from '../../src/settings/policy.ts';
import { toRules } from '../../src/settings/rules.ts';
import { type Settings, settingsSchema } from '../../src/settings/schema.ts';

export const MEMBER_ID = '100000000000000001';
export const OTHER_ID = '100000000000000002';
export const MODERATOR_ID = '100000000000000003';
export const ROLES = ['200000000000000001', '200000000000000002', '200000000000000003'] as const;
export const CHANNEL_ID = '300000000000000001';
export const THREAD_ID = '300000000000000002';
export const CATEGORY_ID = '300000000000000003';
export const ELSEWHERE_ID = '300000000000000004';
export const GUILD_ID = '400000000000000001';

/** A Sunday evening, eight days before the end of the month. */
export const NOW_MS = Date.UTC(2026, 10, 22, 20);
export const MIDNIGHT_MS = Date.UTC(2026, 10, 23);
export const NEXT_MONTH_MS = Date.UTC(2026, 11, 1);

export const parseSettings = (given: object): Settings => settingsSchema.parse(given);

export const channel: Channel = { placeIds: [CHANNEL_ID, CATEGORY_ID], isComplete: true, isAgeRestricted: false };
export const thread: Channel = { ...channel, placeIds: [THREAD_ID, CHANNEL_ID, CATEGORY_ID] };

export const request: ImageRequest = {
  prompt: 'a red rose',
  samples: 1,
  steps: 30,
  width: 1024,
  height: 1024,
  isPrivate: false,
  estimateUsd: 0.01,
};

export const NO_CEILINGS: Ceilings = { isServerAllowed: true, dayUsd: -1, guildDayUsd: -1 };
export const NO_OPERATOR_LIMITS: OperatorLimits = { allowedGuildIds: [], dayUsd: -1, guildDayUsd: -1 };

export const nothingUsed: RequestUsage = {
  imagesToday: 0,
  jobsUnderWay: 0,
  today: { spentUsd: 0, reservedUsd: 0 },
  thisMonth: { spentUsd: 0, reservedUsd: 0 },
  everywhere: { spentUsd: 0, reservedUsd: 0 },
};

export interface Situation {
  settings?: object;
  ceilings?: Partial<Ceilings>;
  roleIds?: readonly string[];
  memberId?: string;
  channel?: Channel;
  request?: Partial<ImageRequest>;
  usage?: Partial<RequestUsage>;
  nowMs?: number;
}

/** The policy's decision on a usual request with these changes. */
export function decideFor(situation: Situation) {
  const member: Member = { id: situation.memberId ?? MEMBER_ID, roleIds: situation.roleIds ?? [] };
  return decide(
    { ...toRules(parseSettings(situation.settings ?? {})), ceilings: { ...NO_CEILINGS, ...situation.ceilings } },
    member,
    situation.channel ?? channel,
    { ...request, ...situation.request },
    { ...nothingUsed, ...situation.usage },
    situation.nowMs ?? NOW_MS,
  );
}
