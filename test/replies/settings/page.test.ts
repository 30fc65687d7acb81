import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { settingsPage } from '../../../src/replies/settings/page.ts';
import type { PageFacts } from '../../../src/replies/settings/warnings.ts';
import { defaultSettings, settingsSchema } from '../../../src/settings/schema.ts';
import { en } from '../../../src/texts/en.ts';
import { embedProblems } from '../../support/message-limits.ts';
import { anySettings, fullSettings, snowflakes } from '../../support/settings-arbitraries.ts';

const nowMs = Date.UTC(2026, 10, 22);
const facts: PageFacts = { isAdministrator: true, missingPermissions: [], nowMs };
const role = '123456789012345678';
const channel = '223456789012345678';
const member = '323456789012345678';

const page = (input: object, more: Partial<PageFacts> = {}) =>
  settingsPage(settingsSchema.parse(input), { ...facts, ...more }, en);

/** The value of a field of the page by the first word of its name. */
function part(input: object, name: string): string {
  const field = page(input)
    .at(-1)
    ?.fields?.find((its) => its.name.startsWith(name));
  return field?.value ?? '';
}

function warnings(input: object, more: Partial<PageFacts> = {}): string {
  const [first] = page(input, more);
  return first?.title === 'Needs attention' ? (first.description ?? '') : '';
}

describe('the page of settings', () => {
  it('marks all of a new server as default, and warns only that there is no budget', () => {
    const embeds = settingsPage(defaultSettings, facts, en);
    expect(embeds[0]?.description).toBe(`- ${en.warnings.unlimitedBudget}`);
    const lines = embeds[1]?.fields?.flatMap(({ value }) => value.split('\n')) ?? [];
    expect(lines.filter((line) => !line.endsWith('(default)'))).toEqual([
      'Moderators can use all of them.',
      expect.stringContaining('Server Settings > Integrations'),
    ]);
  });

  it("says beside the server's own budget what the operator allows", () => {
    const [embed] = page({ budget: { dayUsd: 5 } }, { ceilingLines: ["The bot's operator allows $2.00 per day."] });
    const budget = embed?.fields?.find(({ name }) => name === 'Budget')?.value;
    expect(budget).toMatch(/^Budget per day: \*\*\$5\.00\*\*\n.*\nThe bot's operator allows \$2\.00 per day\.$/);
  });

  it.each([
    [{ limits: { everyone: { imagesPerDay: 20 } } }, 'Limits for everyone', 'Images per day: **20**'],
    [{ limits: { everyone: { imagesPerDay: -1 } } }, 'Limits for everyone', 'Images per day: **no limit**'],
    [{ limits: { everyone: { cooldownSeconds: 90 } } }, 'Limits for everyone', 'Cooldown: **1 min 30 s**'],
    [{ limits: { everyone: { cooldownSeconds: 86_400 } } }, 'Limits for everyone', 'Cooldown: **1 day**'],
    [{ limits: { everyone: { maxSamples: 0 } } }, 'Limits for everyone', 'Max samples: **0 (blocked)**'],
    [{ limits: { everyone: {} } }, 'Limits for everyone', 'Max samples: no limit (default)'],
    [
      { limits: { roles: { [role]: { imagesPerDay: 100, maxMegapixels: 1.5 } } } },
      'Limits by role (1)',
      `<@&${role}> · Images per day: 100 · Max megapixels: 1.5`,
    ],
    [{ channels: { deny: [channel] } }, 'Channels', `Denied: <#${channel}>`],
    [{ channels: { allow: [channel] } }, 'Channels', `Allowed: <#${channel}>`],
    [{}, 'Channels', 'Allowed: all (default)'],
    [{ safety: { spoilers: true } }, 'Safety', 'Spoilers on all images: **on**'],
    [{ safety: { privateAllowed: false } }, 'Safety', 'Private images: **not allowed**'],
    [{ safety: { negativePrompt: 'a*b' } }, 'Safety', 'Negative prompt for every request: **“a\\*b”**'],
    [{ filterWords: ['ab*', 'c d'] }, 'Filter (2)', '||ab\\*||, ||c d||'],
    [{ filterWords: ['ab|'] }, 'Filter (1)', '||ab\\| ||'],
    [
      { blocks: [{ kind: 'member', id: member, reason: 'spam', byId: member, atMs: 0 }] },
      'Block (1)',
      `<@${member}> “spam”`,
    ],
    [
      { blocks: [{ kind: 'role', id: role, untilMs: nowMs + 5_000, byId: member, atMs: 0 }] },
      'Block (1)',
      `<@&${role}> until <t:${nowMs / 1_000 + 5}:f>`,
    ],
    [{ blocks: [{ kind: 'role', id: role, untilMs: nowMs, byId: member, atMs: 0 }] }, 'Block', 'none (default)'],
    [{ defaults: { size: '832x1216' } }, 'Defaults', 'Size: **832×1216**'],
    [{ budget: { dayUsd: 2.5 } }, 'Budget', 'Budget per day: **$2.50**'],
    [{ budget: { dayUsd: 0 } }, 'Budget', 'Budget per day: **$0.00 (blocked)**'],
    [{ budget: { dayUsd: 0.0025 } }, 'Budget', 'Budget per day: **$0.0025**'],
    [{ logChannelId: channel }, 'Log', `Log channel: **<#${channel}>**`],
    [{ buttons: { delete: { who: 'role', roleId: role } } }, 'Buttons', `Delete: **members with <@&${role}>**`],
    [{ buttons: { reroll: { who: 'requester' } } }, 'Buttons', 'Reroll: **requester only**'],
    [{ moderatorRoleIds: [role] }, 'Moderators (1)', `Roles: <@&${role}>`],
  ])('shows %j under %s', (input, name, says) => {
    expect(part(input, name)).toContain(says);
  });

  it('hides the moderator roles from who is no administrator, gone ones too', () => {
    const settings = { moderatorRoleIds: [role], limits: { roles: { [channel]: { maxSteps: 30 } } } };
    const shown = (isAdministrator: boolean) => JSON.stringify(page(settings, { isAdministrator, roleIds: [] }));
    expect(shown(true)).toContain(`<@&${role}>`);
    expect(shown(true)).toContain('2 roles in these settings no longer exist');
    expect(shown(false)).not.toContain(role);
    expect(shown(false)).not.toContain('Moderators (');
    expect(shown(false)).toContain('Roles: only administrators can see them');
    expect(shown(false)).toContain('A role in these settings no longer exists');
  });

  it('shows the first of a long list, counts the others and says where all of them are', () => {
    const filterWords = Array.from({ length: 500 }, (_, index) => `word${index}`);
    expect(part({ filterWords }, 'Filter (500)')).toMatch(
      /^\|\|word0\|\|, .*, … and \d+ more, see `\/timeless-config filter list`$/,
    );
  });

  it.each<[object, Partial<PageFacts>, string]>([
    [
      {},
      { missingPermissions: ['Attach Files', 'Embed Links'] },
      'missing permissions in this channel: Attach Files, Embed Links',
    ],
    [{}, { logTrouble: { name: 'no_access', channelId: channel } }, `can't post in the log channel <#${channel}>`],
    [
      { pause: { reason: 'raid', byId: member, atMs: 5_000 } },
      {},
      `Paused <t:5:R> by <@${member}>: “raid”. Resume with`,
    ],
    [{ limits: { everyone: { jobsAtOnce: 0 } } }, {}, 'Nobody can request images'],
    [{ limits: { everyone: { maxSteps: 19 } } }, {}, '(Max steps: 19)'],
    [{ limits: { everyone: { maxMegapixels: 0.25 } } }, {}, '(Max megapixels: 0.25)'],
    [
      { limits: { everyone: { imagesPerDay: 0 }, roles: { [role]: { imagesPerDay: 5 } } } },
      {},
      'Only members with a role that has its own limits can request images',
    ],
    [{ budget: { monthUsd: 0 } }, {}, 'the budget per month is $0.00'],
    [{ budget: { dayUsd: -1 } }, {}, en.warnings.unlimitedBudget],
    [{ channels: { allow: [channel] } }, {}, 'I refuse requests outside the allowed channel (1).'],
    [{ defaults: { steps: 50 }, limits: { everyone: { maxSteps: 40 } } }, {}, '(Max steps: 40, default 50)'],
    [{ limits: { everyone: { maxMegapixels: 1 } } }, {}, '(Max megapixels: 1, default 1.05)'],
    [
      { defaults: { samples: 4 }, limits: { everyone: { imagesPerDay: 3, maxSamples: 2 } } },
      {},
      '(Max samples: 2, default 4)',
    ],
    [{ limits: { roles: { [role]: { maxSteps: 25 } } } }, {}, `exceed the limits of <@&${role}>`],
    [{ moderatorRoleIds: [role] }, { roleIds: [] }, 'A role in these settings no longer exists'],
  ])('of %j, knowing %j, warns first', (input, more, says) => {
    expect(warnings(input, more)).toContain(says);
  });

  it.each([
    [{ limits: { everyone: { cooldownSeconds: 0 } } }],
    [{ limits: { everyone: { maxSteps: 30, maxSamples: 1, maxMegapixels: 1.05, imagesPerDay: 1, jobsAtOnce: 1 } } }],
    [{ defaults: { steps: 100 } }],
    [{ limits: { roles: { [role]: { maxSteps: 30, imagesPerDay: -1 } } } }],
    [{ moderatorRoleIds: [role] }],
  ])('does not warn of %j with a budget', (input) => {
    for (const budget of [{ monthUsd: 30 }, { dayUsd: 2, monthUsd: -1 }])
      expect(warnings({ ...input, budget }, { roleIds: [role] })).toBe('');
  });

  it('does not speak of defaults where nothing is allowed at all', () => {
    expect(warnings({ limits: { everyone: { maxSteps: 19 } } })).not.toContain('defaults');
  });

  it('has room for as much as the schema allows', () => {
    const missingPermissions = ['Read Message History', 'Use External Emojis', 'Send Messages in Threads'].flatMap(
      (name) => [name, name, name],
    );
    const logTrouble = { name: 'no_access', channelId: '9'.repeat(20) } as const;
    const everything = { isAdministrator: true, missingPermissions, logTrouble, roleIds: [], nowMs };
    const embeds = settingsPage(fullSettings, everything, en);
    expect(embedProblems(embeds)).toEqual([]);
    expect(embeds.at(-1)?.fields).toHaveLength(13);
  });

  it('stays within Discord’s limits, whatever is set', () => {
    fc.assert(
      fc.property(
        anySettings,
        fc.option(fc.array(snowflakes), { nil: undefined }),
        fc.boolean(),
        (settings, roleIds, hasTrouble) => {
          const known: PageFacts = {
            isAdministrator: !hasTrouble,
            missingPermissions: hasTrouble ? ['Send Messages', 'Attach Files', 'Embed Links'] : [],
            nowMs,
            ...(roleIds ? { roleIds } : {}),
            ...(hasTrouble ? { logTrouble: { name: 'channel_gone', channelId: channel } } : {}),
          };
          const embeds = settingsPage(settings, known, en);
          expect(embedProblems(embeds)).toEqual([]);
        },
      ),
      { numRuns: 150 },
    );
  });
});
