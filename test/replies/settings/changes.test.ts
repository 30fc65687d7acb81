import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { describeChange, describeChanges, historyPage } from '../../../src/replies/settings/changes.ts';
import { type Change, findChanges } from '../../../src/settings/changes.ts';
import { defaultSettings, settingsSchema } from '../../../src/settings/schema.ts';
import { en } from '../../../src/texts/en.ts';
import { embedProblems } from '../../support/message-limits.ts';
import { anySettings, fullSettings, snowflakes } from '../../support/settings-arbitraries.ts';

const role = '123456789012345678';
const channel = '223456789012345678';
const member = '323456789012345678';
const administrator = { isAdministrator: true };
const block = { kind: 'member', id: member, byId: role, atMs: 0 };

/** What is said of the step from some settings to others. */
function between(before: object, after: object): string {
  return describeChanges(
    findChanges(settingsSchema.parse(before), settingsSchema.parse(after)),
    administrator,
    en,
    2_000,
  );
}

const noir = { name: 'Noir', prompt: 'film noir', parameters: {} };

describe('describeChange', () => {
  it.each([
    [{}, { limits: { everyone: { imagesPerDay: 20 } } }, 'Images per day for everyone: 50 (default) → 20'],
    [
      { limits: { everyone: { imagesPerDay: 20 } } },
      { limits: { everyone: { imagesPerDay: -1 } } },
      'Images per day for everyone: 20 → no limit',
    ],
    [{ limits: { everyone: { maxSteps: 0 } } }, {}, 'Max steps for everyone: 0 (blocked) → no limit (default)'],
    [{}, { limits: { everyone: { cooldownSeconds: 30 } } }, 'Cooldown for everyone: none (default) → 30 s'],
    [
      {},
      { limits: { roles: { [role]: { imagesPerDay: 10, cooldownSeconds: 60 } } } },
      `Limits for <@&${role}>: same as everyone → Images per day: 10, Cooldown: 1 min`,
    ],
    [
      { limits: { roles: { [role]: { imagesPerDay: 10 } } } },
      { limits: { roles: { [role]: { imagesPerDay: 10, maxSamples: 2 } } } },
      `Max samples for <@&${role}>: same as everyone → 2`,
    ],
    [
      { limits: { roles: { [role]: { imagesPerDay: 10 } } } },
      {},
      `Limits for <@&${role}>: Images per day: 10 → same as everyone`,
    ],
    [{}, { channels: { deny: [channel] } }, `Denied channels: added <#${channel}>`],
    [{ channels: { allow: [channel] } }, {}, `Allowed channels: removed <#${channel}>`],
    [{}, { safety: { onlyAgeRestricted: true } }, 'Only in age-restricted channels: off (default) → on'],
    [{}, { safety: { privateAllowed: false } }, 'Private images: allowed (default) → not allowed'],
    [
      {},
      { safety: { negativePrompt: '**text**' } },
      'Negative prompt for every request: none (default) → “\\*\\*text\\*\\*”',
    ],
    [{ filterWords: ['c*t'] }, { filterWords: ['dog'] }, 'Filter: added ||dog||; removed ||c\\*t||'],
    [
      {},
      { blocks: [{ ...block, untilMs: 5_000, reason: '@here' }] },
      `Blocks: added <@${member}> until <t:5:f> “\\@here”`,
    ],
    [{ blocks: [block] }, {}, `Blocks: removed <@${member}>`],
    [{ blocks: [block] }, { blocks: [{ ...block, untilMs: 9_000 }] }, `Blocks: added <@${member}> until <t:9:f>`],
    [{}, { defaults: { size: '832x1216' } }, 'Default size: 1024×1024 (default) → 832×1216'],
    [{}, { defaults: { scheduler: 'Euler a' } }, 'Default scheduler: DPM2 Karras (default) → Euler a'],
    [{ defaults: { steps: 40 } }, {}, 'Default steps: 40 → 30 (default)'],
    [{}, { budget: { dayUsd: 2 } }, 'Budget per day: no limit (default) → $2.00'],
    [{ budget: { monthUsd: 1_234.5 } }, { budget: { monthUsd: 0 } }, 'Budget per month: $1,234.50 → $0.00 (blocked)'],
    [{}, { logChannelId: channel }, `Log channel: none (default) → <#${channel}>`],
    [{}, { buttons: { reroll: { who: 'requester' } } }, 'Who can use Reroll: anyone (default) → requester only'],
    [
      {},
      { buttons: { delete: { who: 'role', roleId: role } } },
      `Who can use Delete: requester only (default) → members with <@&${role}>`,
    ],
    [
      { buttons: { newSeed: { who: 'role', roleId: role }, delete: { who: 'anyone' } } },
      { buttons: { newSeed: { who: 'role', roleId: channel }, delete: { who: 'requester' } } },
      [
        `Who can use New seed: members with <@&${role}> → members with <@&${channel}>`,
        'Who can use Delete: anyone → requester only (default)',
      ].join('\n'),
    ],
    [
      { buttons: { reroll: { who: 'role', roleId: role } } },
      {},
      `Who can use Reroll: members with <@&${role}> → anyone (default)`,
    ],
    [{}, { pause: { reason: 'raid', byId: member, atMs: 0 } }, 'Pause: not paused (default) → paused, “raid”'],
    [{ pause: { reason: 'raid', byId: member, atMs: 0 } }, {}, 'Pause: paused, “raid” → not paused (default)'],
    [
      { pause: { reason: 'raid', byId: member, atMs: 0 } },
      { pause: { reason: 'calm', byId: member, atMs: 0 } },
      'Pause reason: “raid” → “calm”',
    ],
    [{}, { moderatorRoleIds: [role] }, `Moderator roles: added <@&${role}>`],
    [{ styles: [noir] }, { styles: [{ ...noir, name: 'NOIR' }] }, 'Styles: added “NOIR”'],
    [{ styles: [noir] }, { styles: [{ ...noir, name: 'A*' }] }, 'Styles: added “A\\*”; removed “Noir”'],
    [{ moderatorRoleIds: [role, channel] }, { moderatorRoleIds: [channel, role] }, 'Moderator roles: reordered'],
  ])('between %j and %j says what became of it', (before, after, says) => {
    expect(between(before, after)).toBe(says);
  });

  it.each<[Change, string]>([
    [{ setting: 'newThing.level', from: 1, to: 2 }, 'newThing.level: 1 → 2'],
    [{ setting: 'newThing', to: { a: [1] } }, 'newThing: – → {"a"\\:\\[1\\]}'],
    [{ setting: 'newList', added: ['x'], removed: [] }, 'newList: added "x"'],
    [{ setting: 'limits.everyone.newLimit', to: 3 }, 'limits.everyone.newLimit: – → 3'],
    [
      { setting: 'limits.everyone.maxSteps', to: { soft: 3 } },
      'Max steps for everyone: no limit (default) → {"soft"\\:3}',
    ],
    [{ setting: 'blocks', added: ['everything'], removed: [] }, 'Blocks: added "everything"'],
    [{ setting: 'constructor', from: 1, to: 2 }, 'constructor: 1 → 2'],
    [
      { setting: 'buttons.reroll.who', from: 'anyone', to: 'nobody' },
      'Who can use Reroll: anyone (default) → "nobody"',
    ],
    [{ setting: 'safety.spoilers', from: false, to: 'some' }, 'Spoilers on all images: off (default) → "some"'],
    [
      { setting: 'buttons.delete.roleId', from: role, to: 3 },
      `Who can use Delete: members with <@&${role}> → members with 3`,
    ],
    [{ setting: 'buttons.delete.level', from: 1, to: 2 }, 'buttons.delete.level: 1 → 2'],
    [{ setting: 'buttons.delete.who', to: 'constructor' }, 'Who can use Delete: – → "constructor"'],
  ])('of a newer release’s %j says what can be said', (change, says) => {
    expect(describeChanges([change], administrator, en, 500)).toBe(says);
  });

  it('has words of its own for every setting that the schema knows', () => {
    const unknown = findChanges(defaultSettings, fullSettings).filter((change) =>
      describeChanges([change], administrator, en, 900).startsWith(change.setting),
    );
    expect(unknown).toEqual([]);
  });

  it('is one line within its length, whatever has changed, by whichever release', () => {
    const known = findChanges(defaultSettings, fullSettings).map(({ setting }) => setting);
    const settings = fc.oneof(fc.constantFrom(...known), fc.string());
    const change: fc.Arbitrary<Change> = fc.oneof(
      fc.record({ setting: settings, added: fc.array(fc.jsonValue()), removed: fc.array(fc.jsonValue()) }),
      fc.record({ setting: settings, from: fc.jsonValue(), to: fc.jsonValue() }, { requiredKeys: ['setting'] }),
    );
    fc.assert(
      fc.property(change, fc.integer({ min: 100, max: 900 }), (its, maxLength) => {
        const line = describeChange(its, administrator, en, maxLength);
        expect(line).not.toContain('\n');
        expect(line.length).toBeLessThanOrEqual(maxLength);
      }),
    );
  });
});

describe('describeChanges', () => {
  it('says how many there is no room for', () => {
    const changes = Array.from({ length: 20 }, (_, index) => ({ setting: `setting${index}`, from: 1, to: 2 }));
    expect(describeChanges(changes, administrator, en, 150)).toMatch(/^setting0: 1 → 2\n(.|\n)*\n… and \d+ more$/);
  });

  it('names what has changed where there is no room for the values', () => {
    const change = { setting: 'safety.negativePrompt', from: 'a'.repeat(250), to: 'b'.repeat(250) };
    expect(describeChanges([change], administrator, en, 150)).toBe('Negative prompt for every request: changed');
  });

  it('stays within its length, whatever is changed to whatever', () => {
    fc.assert(
      fc.property(anySettings, anySettings, fc.integer({ min: 150, max: 2_000 }), (before, after, maxLength) => {
        const changes = findChanges(before, after);
        expect(describeChanges(changes, administrator, en, maxLength).length).toBeLessThanOrEqual(maxLength);
      }),
      { numRuns: 50 },
    );
  });
});

describe('the page of changes', () => {
  it('says when there is none', () => {
    expect(historyPage([], administrator, en)[0]?.description).toBe('No changes yet.');
  });

  it('shows who changed what and when, the latest first', () => {
    const entries = [
      { revision: 2, byId: member, atMs: 9_000, changes: [{ setting: 'safety.spoilers', from: true, to: false }] },
      { revision: 1, byId: role, atMs: 5_000, changes: [{ setting: 'safety.spoilers', from: false, to: true }] },
    ];
    expect(historyPage(entries, administrator, en)[0]?.description).toBe(
      [
        `<t:9:f> <@${member}>\nSpoilers on all images: on → off (default)`,
        `<t:5:f> <@${role}>\nSpoilers on all images: off (default) → on`,
      ].join('\n\n'),
    );
  });

  it('says to who is no administrator only that the moderator roles were changed', () => {
    const changes = [
      ...findChanges(settingsSchema.parse({}), settingsSchema.parse({ moderatorRoleIds: [role] })),
      { setting: 'moderatorRoleIds.of a newer release', to: role },
      { setting: 'safety.spoilers', from: false, to: true },
    ];
    const shown = (isAdministrator: boolean) =>
      historyPage([{ revision: 1, byId: member, atMs: 0, changes }], { isAdministrator }, en)[0]?.description;
    expect(shown(true)).toContain(`Moderator roles: added <@&${role}>`);
    expect(shown(false)?.split('\n')).toEqual([
      `<t:0:f> <@${member}>`,
      'Moderator roles: changed',
      'moderatorRoleIds.of a newer release: changed',
      'Spoilers on all images: off (default) → on',
    ]);
  });

  it('shows something of each of 25 changes, and stays within Discord’s limits', () => {
    const change = fc.tuple(anySettings, anySettings).map(([before, after]) => findChanges(before, after));
    fc.assert(
      fc.property(
        fc.array(change, { minLength: 1, maxLength: 4 }),
        snowflakes,
        fc.nat({ max: 24 }),
        (all, byId, more) => {
          const entries = Array.from({ length: more + 1 }, (_, revision) => ({
            revision,
            byId,
            atMs: Date.UTC(2026, 0, revision),
            changes: all[revision % all.length] ?? [],
          }));
          const embeds = historyPage(entries, administrator, en);
          expect(embedProblems(embeds)).toEqual([]);
          const text = embeds.map(({ description }) => description).join('\n');
          for (const { atMs } of entries) expect(text).toContain(`<t:${atMs / 1_000}:f>`);
        },
      ),
      { numRuns: 15 },
    );
  });
});
