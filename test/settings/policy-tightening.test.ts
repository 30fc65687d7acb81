import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LIMIT_NAMES, LIMITS, type LimitName } from '../../src/settings/limits.ts';
import type { Settings } from '../../src/settings/schema.ts';
import {
  CATEGORY_ID,
  CHANNEL_ID,
  decideFor,
  ELSEWHERE_ID,
  MEMBER_ID,
  MODERATOR_ID,
  NOW_MS,
  OTHER_ID,
  parseSettings,
  ROLES,
  type Situation,
  THREAD_ID,
} from '../support/settings-fixtures.ts';

const words = fc.constantFrom('rose', 'ro*', 'red rose', 'thorn', 'blue', '🌹');
const places = fc.constantFrom(CHANNEL_ID, CATEGORY_ID, THREAD_ID, ELSEWHERE_ID);
const roleIds = fc.subarray([...ROLES]);
const rarely = (value: boolean) => fc.constantFrom(value, !value, !value, !value);
/** At most one, mostly none: otherwise hardly any situation would be allowed at first. */
const seldom = <T>(values: fc.Arbitrary<T>) =>
  fc.oneof(
    { weight: 4, arbitrary: fc.constant<T[]>([]) },
    values.map((value) => [value]),
  );
const optional = <T>(values: fc.Arbitrary<T>) => fc.option(values, { nil: undefined });

const limitValue = (name: LimitName) =>
  name === 'maxSteps'
    ? fc.constantFrom(-1, 0, 29, 30, 100, 100)
    : name === 'maxMegapixels'
      ? fc.constantFrom(-1, 0, 1, 1.05, 2, 5)
      : name === 'cooldownSeconds'
        ? fc.constantFrom(-1, 0, 1, 5)
        : fc.constantFrom(-1, 0, 3, 10, 100);
const limits = fc.record(
  Object.fromEntries(LIMIT_NAMES.map((name) => [name, limitValue(name)])) as Record<LimitName, fc.Arbitrary<number>>,
  { requiredKeys: [] },
);
const block = fc.record({
  target: fc.constantFrom(
    { kind: 'member', id: MEMBER_ID },
    { kind: 'member', id: OTHER_ID },
    { kind: 'role', id: ROLES[0] },
  ),
  untilMs: optional(fc.constantFrom(NOW_MS - 1, NOW_MS, NOW_MS + 1)),
});
const toBlock = ({ target, untilMs }: { target: object; untilMs: number | undefined }) => ({
  ...target,
  ...(untilMs === undefined ? {} : { untilMs }),
  byId: MODERATOR_ID,
  atMs: 1,
});
const budgetUsd = fc.constantFrom(-1, 0, 0.01, 0.1, 1, 10, 10);
const pause = { reason: 'an event', byId: MODERATOR_ID, atMs: 1 };

const settings: fc.Arbitrary<Settings> = fc
  .record({
    everyone: fc.oneof({ weight: 2, arbitrary: fc.constant({}) }, limits),
    roles: fc.dictionary(fc.constantFrom(...ROLES), limits, { maxKeys: 2 }),
    allow: fc.oneof({ weight: 2, arbitrary: fc.constant([]) }, fc.uniqueArray(places, { maxLength: 3 })),
    deny: seldom(places),
    safety: fc.record({ onlyAgeRestricted: rarely(true), privateAllowed: rarely(false) }),
    filterWords: seldom(words),
    blocks: seldom(block.map(toBlock)),
    budget: fc.record({ dayUsd: budgetUsd, monthUsd: budgetUsd }, { requiredKeys: [] }),
  })
  .map(({ everyone, roles, allow, deny, ...others }) =>
    parseSettings({ limits: { everyone, roles }, channels: { allow, deny }, ...others }),
  );

const spending = fc.record({ spentUsd: fc.constantFrom(0, 0.09, 0.1, 1), reservedUsd: fc.constantFrom(0, 0.01) });
const situations: fc.Arbitrary<Situation> = fc.record({
  roleIds,
  channel: fc.record({
    placeIds: fc.constantFrom([CHANNEL_ID], [CHANNEL_ID, CATEGORY_ID], [THREAD_ID, CHANNEL_ID, CATEGORY_ID]),
    isComplete: rarely(false),
    isAgeRestricted: fc.constantFrom(true, false, undefined),
  }),
  request: fc.record({
    prompt: fc.constantFrom('a red rose', 'a blue sky', 'r o s e s 🌹'),
    negativePrompt: fc.constantFrom(undefined, 'thorns', 'a thorn'),
    samples: fc.integer({ min: 1, max: 4 }),
    steps: fc.constantFrom(20, 30),
    width: fc.constantFrom(512, 1024),
    isPrivate: rarely(true),
    estimateUsd: fc.constantFrom(0.01, 0.1),
  }),
  usage: fc.record(
    {
      imagesToday: fc.constantFrom(0, 1, 8, 40, 50),
      jobsUnderWay: fc.constantFrom(0, 0, 1, 3),
      lastAcceptedAtMs: fc.integer({ min: NOW_MS - 6_000, max: NOW_MS }),
      today: spending,
      thisMonth: spending,
    },
    { requiredKeys: ['imagesToday', 'jobsUnderWay', 'today', 'thisMonth'] },
  ),
});

type Tightening = (settings: Settings) => Settings;

/** How much a limit allows: -1 most of all; of a cooldown, a shorter one more. */
function generosity(name: LimitName, value: number): number {
  if (name === 'cooldownSeconds') return -Math.max(0, value);
  return value === -1 ? Number.POSITIVE_INFINITY : value;
}
const lower = (name: LimitName, before: number, wanted: number) =>
  generosity(name, wanted) < generosity(name, before) ? wanted : before;

const anyLimit = fc
  .constantFrom(...LIMIT_NAMES)
  .chain((name) => fc.record({ name: fc.constant(name), value: limitValue(name) }));

const TIGHTENINGS: Record<string, fc.Arbitrary<Tightening>> = {
  'a lower limit for everyone': anyLimit.map(({ name, value }) => (before) => {
    const everyone = before.limits.everyone;
    const lowered = lower(name, everyone[name] ?? LIMITS[name].default, value);
    return parseSettings({ ...before, limits: { ...before.limits, everyone: { ...everyone, [name]: lowered } } });
  }),
  'lower limits for the roles that have them': limits.map((wanted) => (before) => {
    const roles = Object.entries(before.limits.roles).map(([roleId, given]) => {
      const lowered = LIMIT_NAMES.flatMap((name) => {
        const [value, lowerValue] = [given[name], wanted[name]];
        return value === undefined || lowerValue === undefined ? [] : [[name, lower(name, value, lowerValue)]];
      });
      return [roleId, { ...given, ...Object.fromEntries(lowered) }];
    });
    return parseSettings({ ...before, limits: { ...before.limits, roles: Object.fromEntries(roles) } });
  }),
  'a lower budget': fc
    .tuple(fc.constantFrom('dayUsd' as const, 'monthUsd' as const), budgetUsd)
    .map(([period, value]) => (before) => {
      const given = before.budget[period] ?? -1;
      const lowered = given === -1 || (value !== -1 && value < given) ? value : given;
      return parseSettings({ ...before, budget: { ...before.budget, [period]: lowered } });
    }),
  'one more denied place': places.map(
    (id) => (before) =>
      parseSettings({ ...before, channels: { ...before.channels, deny: [...before.channels.deny, id] } }),
  ),
  'the first allowed place': places.map(
    (id) => (before) =>
      before.channels.allow.length > 0
        ? before
        : parseSettings({ ...before, channels: { ...before.channels, allow: [id] } }),
  ),
  'one more block': block.map(
    (more) => (before) => parseSettings({ ...before, blocks: [...before.blocks, toBlock(more)] }),
  ),
  'one more filtered word': words.map(
    (word) => (before) => parseSettings({ ...before, filterWords: [...before.filterWords, word] }),
  ),
  'a pause': fc.constant((before) => parseSettings({ ...before, pause })),
  'age-restricted channels only': fc.constant((before) =>
    parseSettings({ ...before, safety: { ...before.safety, onlyAgeRestricted: true } }),
  ),
  'no private images': fc.constant((before) =>
    parseSettings({ ...before, safety: { ...before.safety, privateAllowed: false } }),
  ),
};

describe('never allows what was refused:', () => {
  it.each(Object.entries(TIGHTENINGS))('%s', (_, tightenings) => {
    let [refused, newlyRefused] = [0, 0];
    fc.assert(
      fc.property(settings, situations, tightenings, (before, situation, tighten) => {
        const isAllowed = decideFor({ ...situation, settings: before }).allowed;
        const isAllowedAfter = decideFor({ ...situation, settings: tighten(before) }).allowed;
        if (!isAllowed) refused += 1;
        if (isAllowed && !isAllowedAfter) newlyRefused += 1;
        expect(isAllowedAfter && !isAllowed).toBe(false);
      }),
      { numRuns: 2_000 },
    );
    // Otherwise the property would hold for lack of cases.
    expect(refused).toBeGreaterThan(0);
    expect(newlyRefused).toBeGreaterThan(0);
  });
});
