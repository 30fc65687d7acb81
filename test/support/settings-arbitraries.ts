import fc from 'fast-check';
import { LIMIT_NAMES, LIMITS, type LimitName } from '../../src/settings/limits.ts';
import { type Settings, settingsSchema } from '../../src/settings/schema.ts';
import { STYLE_LIMITS, type Style } from '../../src/styles/style.ts';

export const snowflakes = fc.bigInt({ min: 10n ** 16n, max: 10n ** 20n - 1n }).map(String);

/** Any text that a moderator or member may type, with all kinds of markdown and Unicode. */
export const texts = (maxLength: number, minLength = 0) =>
  fc.oneof(
    fc.string({ minLength, maxLength, unit: 'grapheme' }).map((text) => text.slice(0, maxLength)),
    fc.integer({ min: minLength, max: maxLength }).map((length) => '*'.repeat(length)),
    fc.integer({ min: Math.max(1, minLength), max: maxLength }).map((length) => '|'.repeat(length)),
    fc.constantFrom('a', ' ', '\u200b\u200d', '@everyone', '||||', '[x](https://evil.example)'),
  );

const limit = (name: LimitName) => {
  const { max, isWhole } = LIMITS[name];
  const value = isWhole ? fc.nat({ max }) : fc.double({ min: 0, max, noNaN: true });
  return fc.oneof(fc.constantFrom(-1, 0, max), value);
};

const limits = fc.record(Object.fromEntries(LIMIT_NAMES.map((name) => [name, limit(name)])), { requiredKeys: [] });

const many = <T>(item: fc.Arbitrary<T>, maxLength: number) =>
  fc.oneof(
    fc.array(item, { maxLength: Math.min(maxLength, 4) }),
    fc.tuple(item, fc.nat({ max: maxLength })).map(([one, length]) => Array.from({ length }, () => one)),
    fc.array(item, { minLength: Math.min(maxLength, 60), maxLength }),
  );

export const anyStyle: fc.Arbitrary<Style> = fc.record(
  {
    name: texts(STYLE_LIMITS.nameLength, 1),
    prompt: texts(STYLE_LIMITS.promptLength, 1),
    negativePrompt: texts(STYLE_LIMITS.negativePromptLength, 1),
    parameters: fc.constantFrom({}, { size: '1344x768', steps: 40, guidanceScale: 8.5, scheduler: '*'.repeat(50) }),
  },
  { requiredKeys: ['name', 'parameters'] },
);

const epochMs = fc.oneof(fc.integer({ min: 0, max: 4e12 }), fc.constantFrom(0, Number.MAX_SAFE_INTEGER, -1));
const usd = fc.oneof(fc.constantFrom(-1, 0, 1_000_000), fc.double({ min: 0, max: 1_000_000, noNaN: true }));
const policy = fc.oneof(
  fc.constantFrom({ who: 'anyone' }, { who: 'requester' }),
  snowflakes.map((roleId) => ({ who: 'role', roleId })),
);

/** Any settings, up to the schema's limits. */
export const anySettings: fc.Arbitrary<Settings> = fc
  .record(
    {
      limits: fc.record({ everyone: limits, roles: fc.dictionary(snowflakes, limits, { maxKeys: 100, size: 'max' }) }),
      channels: fc.record({ allow: many(snowflakes, 100), deny: many(snowflakes, 100) }),
      safety: fc.record(
        {
          onlyAgeRestricted: fc.boolean(),
          spoilers: fc.boolean(),
          negativePrompt: texts(1_000, 1),
          privateAllowed: fc.boolean(),
        },
        { requiredKeys: [] },
      ),
      filterWords: many(texts(200), 500),
      blocks: many(
        fc.record(
          {
            kind: fc.constantFrom('member', 'role'),
            id: snowflakes,
            untilMs: epochMs,
            reason: texts(300),
            byId: snowflakes,
            atMs: epochMs,
          },
          { requiredKeys: ['kind', 'id', 'byId', 'atMs'] },
        ),
        300,
      ),
      defaults: fc.record(
        {
          size: fc.constantFrom('512x512', '1344x768', '9999x9999'),
          steps: fc.integer({ min: 1, max: 1_000 }),
          guidanceScale: fc.double({ min: 0, max: 100, noNaN: true }),
          scheduler: texts(50, 1),
          samples: fc.integer({ min: 1, max: 100 }),
        },
        { requiredKeys: [] },
      ),
      styles: many(anyStyle, STYLE_LIMITS.stylesPerOwner),
      budget: fc.record({ dayUsd: usd, monthUsd: usd }, { requiredKeys: [] }),
      logChannelId: snowflakes,
      buttons: fc.record({ reroll: policy, newSeed: policy, delete: policy }),
      pause: fc.record({ reason: texts(300), byId: snowflakes, atMs: epochMs }),
      moderatorRoleIds: many(snowflakes, 25),
    },
    { requiredKeys: [] },
  )
  .map((input) => settingsSchema.parse(input));

/** The largest settings that the schema allows. */
export const fullSettings: Settings = settingsSchema.parse({
  limits: {
    everyone: { imagesPerDay: 0, cooldownSeconds: 86_399, jobsAtOnce: 0, maxSteps: 0, maxSamples: 0, maxMegapixels: 0 },
    roles: Object.fromEntries(
      Array.from({ length: 100 }, (_, index) => [
        `${10n ** 19n + BigInt(index)}`,
        {
          imagesPerDay: 1,
          cooldownSeconds: 86_399,
          jobsAtOnce: 999,
          maxSteps: 21,
          maxSamples: 99,
          maxMegapixels: 0.654321,
        },
      ]),
    ),
  },
  channels: {
    allow: Array.from({ length: 100 }, (_, index) => `${10n ** 19n + BigInt(index)}`),
    deny: Array.from({ length: 100 }, (_, index) => `${11n ** 18n + BigInt(index)}`),
  },
  styles: Array.from({ length: STYLE_LIMITS.stylesPerOwner }, (_, index) => ({
    name: `${'*'.repeat(STYLE_LIMITS.nameLength - 2)}${index}`,
    prompt: '*'.repeat(STYLE_LIMITS.promptLength),
  })),
  safety: { onlyAgeRestricted: true, spoilers: true, negativePrompt: '*'.repeat(1_000), privateAllowed: false },
  filterWords: Array.from({ length: 500 }, (_, index) => `${'|'.repeat(195)}${index}`),
  blocks: Array.from({ length: 1_000 }, (_, index) => ({
    kind: 'role',
    id: `${10n ** 19n + BigInt(index)}`,
    untilMs: Number.MAX_SAFE_INTEGER,
    reason: '_'.repeat(300),
    byId: '99999999999999999999',
    atMs: 0,
  })),
  defaults: { size: '9999x9999', steps: 1_000, guidanceScale: 99.123456, scheduler: '*'.repeat(50), samples: 100 },
  budget: { dayUsd: 0, monthUsd: 0 },
  logChannelId: '99999999999999999999',
  buttons: {
    reroll: { who: 'role', roleId: '99999999999999999999' },
    newSeed: { who: 'role', roleId: '99999999999999999999' },
    delete: { who: 'role', roleId: '99999999999999999999' },
  },
  pause: { reason: '`'.repeat(300), byId: '99999999999999999999', atMs: 0 },
  moderatorRoleIds: Array.from({ length: 25 }, (_, index) => `${10n ** 19n + BigInt(index)}`),
});
