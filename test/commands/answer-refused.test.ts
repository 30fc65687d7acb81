import { type ButtonInteraction, MessageFlags, PermissionFlagsBits, type REST, Routes } from 'discord.js';
import { beforeEach, describe, expect, it } from 'vitest';
import { answerRefused } from '../../src/commands/answer-refused.ts';
import type { Invoker, InvokerFacts } from '../../src/commands/invoker.ts';
import type { PolicyRefusal } from '../../src/settings/policy-refusal.ts';
import { toRules } from '../../src/settings/rules.ts';
import {
  CATEGORY_ID,
  CHANNEL_ID,
  GUILD_ID,
  MEMBER_ID,
  NO_CEILINGS,
  parseSettings,
  ROLES,
} from '../support/settings-fixtures.ts';

const [CREW] = ROLES;
const VIEW = String(PermissionFlagsBits.ViewChannel);
const id = (digit: number) => `50000000000000000${digit}`;
const hidden = [{ id: GUILD_ID, type: 0, allow: '0', deny: VIEW }];

/** What Discord tells about the server: it tells the bot about every channel, whoever asks the bot. */
const channels = [
  { id: CATEGORY_ID, type: 4 },
  { id: id(1), type: 2 },
  { id: id(2), type: 0, parent_id: CATEGORY_ID },
  { id: id(3), type: 0, parent_id: CATEGORY_ID, permission_overwrites: hidden },
  { id: id(4), type: 0, permission_overwrites: [...hidden, { id: CREW, type: 0, allow: VIEW, deny: '0' }] },
  { id: id(5), type: 0, nsfw: true },
  { id: CHANNEL_ID, type: 0 },
];
const roles = [
  { id: GUILD_ID, permissions: VIEW },
  { id: CREW, permissions: '0' },
];

/** What the bot did, in order. */
let done: unknown[];
let get: (route: string) => Promise<unknown>;
beforeEach(() => {
  done = [];
  get = async (route) => (route === Routes.guildRoles(GUILD_ID) ? roles : channels);
});

interface Case {
  readonly refusal: PolicyRefusal;
  readonly settings?: object;
  readonly member?: Partial<InvokerFacts>;
}

/** What a member reads who was refused. */
async function answer({ refusal, settings: given = {}, member = {} }: Case): Promise<string> {
  const settings = parseSettings(given);
  const note = (what: string) => async (content: unknown) => {
    done.push(what);
    return content;
  };
  let text = '';
  // Safe cast: an answer uses nothing else of an interaction.
  const interaction = {
    locale: 'en-GB',
    reply: async (message: { content: string; flags: number }) => {
      await note(`reply ${message.flags}`)(message);
      text = message.content;
    },
    deferReply: async ({ flags }: { flags: number }) => note(`defer ${flags}`)(flags),
    editReply: async ({ content }: { content: string }) => {
      await note('edit')(content);
      text = content;
    },
    isButton: () => false,
    isModalSubmit: () => false,
    client: {
      rest: {
        get: async (route: string) => {
          await note('look-up')(route);
          return get(route);
        },
      } as unknown as REST,
    },
  } as unknown as ButtonInteraction;
  const invoker: Invoker = {
    userId: MEMBER_ID,
    roleIds: [],
    permissions: 0n,
    guildId: GUILD_ID,
    channel: { id: CHANNEL_ID, type: 0 },
    botPermissions: 0n,
    namedChannels: new Map(),
    rules: Promise.resolve({ ...toRules(settings), ceilings: NO_CEILINGS }),
    ...member,
  };
  await answerRefused(interaction, refusal, settings, invoker, (content) => ({ content }));
  return text;
}

/** The channels that a text names, by their last digit. */
const named = (text: string) => [...text.matchAll(/<#50{16}(\d)>/g)].map(([, digit]) => Number(digit));

describe('a refusal about a channel', () => {
  const denied = { name: 'channel_denied', placeId: CHANNEL_ID } as const;
  it.each<[string, Case, number[]]>([
    ['all but the denied', { refusal: denied, settings: { channels: { deny: [CHANNEL_ID] } } }, [2, 5, 1]],
    [
      'those of an allowed category',
      { refusal: { name: 'channel_not_allowed' }, settings: { channels: { allow: [CATEGORY_ID] } } },
      [2],
    ],
    [
      'one that is allowed, but hidden from them: none',
      { refusal: { name: 'channel_not_allowed' }, settings: { channels: { allow: [id(3), id(4)] } } },
      [],
    ],
    [
      'one that a role of theirs lets them see',
      {
        refusal: { name: 'channel_not_allowed' },
        settings: { channels: { allow: [id(3), id(4)] } },
        member: { roleIds: [CREW] },
      },
      [4],
    ],
    [
      'whatever is allowed, to an administrator',
      {
        refusal: { name: 'channel_unknown' },
        settings: { channels: { allow: [id(3), id(4)] } },
        member: { permissions: PermissionFlagsBits.Administrator },
      },
      [3, 4],
    ],
    [
      'one that is age-restricted',
      { refusal: { name: 'not_age_restricted' }, settings: { safety: { onlyAgeRestricted: true } } },
      [5],
    ],
    [
      'one that is both age-restricted and allowed: none',
      {
        refusal: { name: 'not_age_restricted' },
        settings: { safety: { onlyAgeRestricted: true }, channels: { deny: [id(5)] } },
      },
      [],
    ],
  ])('names, of the channels that the member can see, %s', async (_, given, digits) => {
    expect(named(await answer(given))).toEqual(digits);
  });

  it('is acknowledged privately before Discord is asked for channels', async () => {
    await answer({ refusal: denied });
    expect(done).toEqual([`defer ${MessageFlags.Ephemeral}`, 'look-up', 'look-up', 'edit']);
  });

  it('names none when Discord does not tell', async () => {
    get = async () => Promise.reject(new Error('Missing Access'));
    expect(await answer({ refusal: denied })).toContain('Try another channel.');
  });
});

describe('any other refusal', () => {
  it('is answered at once', async () => {
    await answer({ refusal: { name: 'private_not_allowed' } });
    expect(done).toEqual([`reply ${MessageFlags.Ephemeral}`]);
  });
});
