import { type BaseInteraction, GatewayDispatchEvents, MessageFlags } from 'discord.js';
import { pino } from 'pino';
import { beforeEach, describe, expect, it } from 'vitest';
import type { CommandContext } from '../../src/commands/command.ts';
import { handlers } from '../../src/commands/index.ts';
import { createInteractionListener } from '../../src/events/interaction-create.ts';
import { InvokerCache } from '../../src/events/invoker-cache.ts';
import { customId } from '../../src/replies/custom-id.ts';
import { editAgain } from '../../src/replies/edit-again.ts';
import { Admission } from '../../src/settings/admission.ts';
import { CostEstimate } from '../../src/settings/estimate.ts';
import { NO_PREFERENCES } from '../../src/settings/preferences.ts';
import { toRules } from '../../src/settings/rules.ts';
import { UsageCache } from '../../src/settings/usage-cache.ts';
import type { UsageStore } from '../../src/settings/usage-store.ts';
import { textsIn } from '../../src/texts/index.ts';
import { makeJob } from '../support/job-fixtures.ts';
import {
  CHANNEL_ID,
  GUILD_ID,
  MEMBER_ID,
  NO_OPERATOR_LIMITS,
  parseSettings,
  ROLES,
} from '../support/settings-fixtures.ts';

const INTERACTION_ID = '600000000000000001';
/** The invoker is a moderator by a role, which only the settings show. */
const rules = toRules(parseSettings({ moderatorRoleIds: [ROLES[0]] }));

let loads: number;
let accepted: number;
let answers: unknown[];
let refusals: string[];
let context: CommandContext;

const settings = {
  get: () => undefined,
  load: async () => {
    loads += 1;
    return { ...rules, revision: 1 };
  },
  change: async () => ({ now: { ...rules, revision: 2 }, changes: [] }),
};

const nothing = async () => ({ costs: [], images: [], acceptances: [], reservations: [] });
// Safe cast: a cache asks no more of it.
const usageStore = { load: nothing, loadEverywhere: nothing } as unknown as UsageStore;

const createContext = (operatorLimits = NO_OPERATOR_LIMITS) =>
  ({
    settings,
    admission: new Admission({
      settings,
      cache: new UsageCache(usageStore),
      usageStore,
      costs: new CostEstimate(),
      directMessageImagesPerDay: 0,
      operatorLimits,
      onBudgetWarning: () => undefined,
    } as unknown as ConstructorParameters<typeof Admission>[0]),
    jobs: {
      refusal: () => undefined,
      find: async () => makeJob({ guildId: GUILD_ID, channelId: CHANNEL_ID, requesterId: MEMBER_ID }),
      async accept() {
        accepted += 1;
        return 'accepted';
      },
    },
    preferences: { loadForUse: async () => NO_PREFERENCES },
    modLog: { note: () => undefined, troubleOf: () => undefined },
    shardOf: () => 0,
    onRefused: (reason: string) => refusals.push(reason),
    log: pino({ level: 'silent' }),
  }) as unknown as CommandContext;

/** The part of every interaction's payload that the bot reads. */
const payload = {
  id: INTERACTION_ID,
  guild_id: GUILD_ID,
  channel: { id: CHANNEL_ID, type: 0, parent_id: null, nsfw: false },
  member: { user: { id: MEMBER_ID }, roles: [ROLES[0]], permissions: '0' },
  app_permissions: '0',
};

/** Passes an interaction to the listener, as discord.js does. */
async function invoke(kind: 'command' | 'button' | 'modal' | 'autocomplete', facts: object): Promise<void> {
  const answer = async (content: unknown) => {
    answers.push(content);
  };
  const interaction = {
    id: INTERACTION_ID,
    guildId: GUILD_ID,
    locale: 'en-US',
    user: { id: MEMBER_ID },
    isAutocomplete: () => kind === 'autocomplete',
    isRepliable: () => kind !== 'autocomplete',
    isChatInputCommand: () => kind === 'command',
    isMessageContextMenuCommand: () => false,
    isButton: () => kind === 'button',
    isStringSelectMenu: () => false,
    isModalSubmit: () => kind === 'modal',
    deferReply: async () => undefined,
    deferUpdate: async () => undefined,
    reply: answer,
    editReply: answer,
    followUp: answer,
    respond: answer,
    client: { rest: {} },
    ...facts,
  };
  const invokers = new InvokerCache();
  invokers.listener({ t: GatewayDispatchEvents.InteractionCreate, d: payload });
  // Safe cast: commands use only this part of an interaction.
  const listener = createInteractionListener(handlers, context, invokers, () => undefined);
  await listener.listener(interaction as unknown as BaseInteraction);
}

/** discord.js's option getters for what was typed. */
function optionsOf(typed: Readonly<Record<string, string | boolean>>, subcommand?: string) {
  const get = (name: string) => typed[name] ?? null;
  return {
    getSubcommandGroup: () => null,
    getSubcommand: () => subcommand,
    get: (name: string) => (name in typed ? { value: typed[name] } : null),
    getString: get,
    getBoolean: get,
    getInteger: get,
    getNumber: get,
  };
}

beforeEach(() => {
  [loads, accepted, answers, refusals] = [0, 0, [], []];
  context = createContext();
});

describe('an interaction loads the settings of its server once', () => {
  it('for a request for an image', async () => {
    await invoke('command', { commandName: 'timeless', options: optionsOf({ prompt: 'a rose' }) });
    expect({ loads, accepted }).toEqual({ loads: 1, accepted: 1 });
  });

  it.each(['reroll', 'new-seed'] as const)('for %s', async (action) => {
    await invoke('button', { customId: customId(action, 'abcdefghijklm') });
    expect({ loads, accepted }).toEqual({ loads: 1, accepted: 1 });
  });

  it.each(['cancel', 'delete'] as const)('for %s', async (action) => {
    await invoke('button', { customId: customId(action, 'abcdefghijklm'), component: null });
    expect(loads).toBe(1);
  });

  it('for a page of settings', async () => {
    await invoke('command', { commandName: 'timeless-config', options: optionsOf({}, 'safety') });
    expect(loads).toBe(1);
    expect(JSON.stringify(answers)).toContain('**Safety**');
  });

  it('for a change of settings', async () => {
    await invoke('command', { commandName: 'timeless-config', options: optionsOf({ spoilers: true }, 'safety') });
    expect(loads).toBe(1);
    expect(JSON.stringify(answers)).toContain('it was already set like this');
  });
});

it('a form that fails is answered with a button that opens it again', async () => {
  const saved: unknown[] = [];
  Object.assign(context, {
    jobs: { find: () => Promise.reject(new Error('The disk is full.')) },
    drafts: { save: async (...draft: unknown[]) => saved.push(draft) },
  });
  const fields = { fields: new Map([['prompt', { value: 'a rose' }]]) };
  await invoke('modal', { customId: customId('edit', 'abcdefghijklm'), fields });
  const components = editAgain(MEMBER_ID, textsIn('en'));
  const content = textsIn('en').refusal.broken(INTERACTION_ID);
  expect(answers).toEqual([{ content, components, flags: MessageFlags.Ephemeral }]);
  await expect.poll(() => saved).toMatchObject([[MEMBER_ID, { form: { prompt: 'a rose' } }]]);
});

describe("a server that isn't on the operator's list", () => {
  beforeEach(() => {
    context = createContext({ ...NO_OPERATOR_LIMITS, allowedGuildIds: ['400000000000000009'] });
  });

  it.each([
    ['a request for an image', 'command', { commandName: 'timeless', options: optionsOf({ prompt: 'a rose' }) }],
    ['a command of moderators', 'command', { commandName: 'timeless-config', options: optionsOf({}, 'safety') }],
    ['a button', 'button', { customId: customId('delete', 'abcdefghijklm'), component: null }],
    ['a button that nobody knows', 'button', { customId: 'unknown' }],
  ] as const)('gets one private sentence for %s', async (_, kind, facts) => {
    await invoke(kind, facts);
    const content = "The bot's operator hasn't allowed this server, so I can't make images here.";
    expect(answers).toEqual([{ content, flags: MessageFlags.Ephemeral }]);
    expect([loads, accepted, refusals]).toEqual([0, 0, ['server_not_allowed']]);
  });

  it('is suggested nothing', async () => {
    await invoke('autocomplete', { commandName: 'timeless', options: { getFocused: () => '' } });
    expect([answers, loads]).toEqual([[[]], 0]);
  });
});
