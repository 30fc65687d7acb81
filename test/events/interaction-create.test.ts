import { type BaseInteraction, GatewayDispatchEvents } from 'discord.js';
import { pino } from 'pino';
import { beforeEach, describe, expect, it } from 'vitest';
import type { CommandContext } from '../../src/commands/command.ts';
import { createInteractionListener } from '../../src/events/interaction-create.ts';
import { InvokerCache } from '../../src/events/invoker-cache.ts';
import { customId } from '../../src/replies/custom-id.ts';
import { Admission } from '../../src/settings/admission.ts';
import { CostEstimate } from '../../src/settings/estimate.ts';
import { toRules } from '../../src/settings/rules.ts';
import { Usage } from '../../src/settings/usage.ts';
import { makeJob } from '../support/job-fixtures.ts';
import { CHANNEL_ID, GUILD_ID, MEMBER_ID, parseSettings, ROLES } from '../support/settings-fixtures.ts';

const INTERACTION_ID = '600000000000000001';
/** The invoker is a moderator by a role, which only the settings show. */
const rules = toRules(parseSettings({ moderatorRoleIds: [ROLES[0]] }));

let loads: number;
let accepted: number;
let answers: unknown[];

const settings = {
  get: () => undefined,
  load: async () => {
    loads += 1;
    return { ...rules, revision: 1 };
  },
  change: async () => ({ now: { ...rules, revision: 2 }, changes: [] }),
};

const context = {
  settings,
  admission: new Admission({
    settings,
    cache: { get: () => undefined, load: async () => new Usage() },
    usageStore: {},
    costs: new CostEstimate(),
    directMessageImagesPerDay: 0,
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
  modLog: { note: () => undefined, troubleOf: () => undefined },
  shardOf: () => 0,
  onRefused: () => undefined,
  log: pino({ level: 'silent' }),
} as unknown as CommandContext;

/** The part of every interaction's payload that the bot reads. */
const payload = {
  id: INTERACTION_ID,
  guild_id: GUILD_ID,
  channel: { id: CHANNEL_ID, type: 0, parent_id: null, nsfw: false },
  member: { user: { id: MEMBER_ID }, roles: [ROLES[0]], permissions: '0' },
  app_permissions: '0',
};

/** Passes an interaction to the listener, as discord.js does. */
async function invoke(kind: 'command' | 'button', facts: object): Promise<void> {
  const answer = async (content: unknown) => {
    answers.push(content);
  };
  const interaction = {
    id: INTERACTION_ID,
    guildId: GUILD_ID,
    locale: 'en-US',
    isAutocomplete: () => false,
    isRepliable: () => true,
    isChatInputCommand: () => kind === 'command',
    isButton: () => kind === 'button',
    deferReply: async () => undefined,
    deferUpdate: async () => undefined,
    reply: answer,
    editReply: answer,
    followUp: answer,
    client: { rest: {} },
    ...facts,
  };
  const invokers = new InvokerCache();
  invokers.listener({ t: GatewayDispatchEvents.InteractionCreate, d: payload });
  // Safe cast: commands use only this part of an interaction.
  const listener = createInteractionListener(context, invokers, () => undefined);
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
  [loads, accepted, answers] = [0, 0, []];
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
