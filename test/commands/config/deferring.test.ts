import type { ChatInputCommandInteraction } from 'discord.js';
import { pino } from 'pino';
import { expect, it } from 'vitest';
import type { CommandContext } from '../../../src/commands/command.ts';
import { timelessConfig } from '../../../src/commands/config/index.ts';
import { GUILD_ID, MODERATOR_ID } from '../../support/settings-fixtures.ts';

const ADMINISTRATOR = 1n << 3n;
const press = {
  id: MODERATOR_ID,
  guildId: GUILD_ID,
  roleIds: [],
  permissions: ADMINISTRATOR,
  botPermissions: 0n,
  namedChannels: new Map(),
  channel: { id: MODERATOR_ID, type: 0 },
};

/** Uses a subcommand without options over a database that isn't there. @returns what it did, up to the first question to that */
async function firstSteps(group: string | null, subcommand: string): Promise<string[]> {
  const steps: string[] = [];
  const read = () => {
    steps.push('read');
    return Promise.reject(new Error('The database is not there.'));
  };
  const nothing = () => null;
  const interaction = {
    deferred: false,
    async deferReply() {
      steps.push('deferred');
      this.deferred = true;
    },
    options: {
      getSubcommandGroup: () => group,
      getSubcommand: () => subcommand,
      get: nothing,
      getString: nothing,
      getInteger: nothing,
      getNumber: nothing,
      getBoolean: nothing,
    },
    client: { rest: { get: () => Promise.reject(new Error('Discord is not there.')) } },
  };
  const context = {
    log: pino({ level: 'silent' }),
    settings: { load: read, history: read },
    admission: { spending: read },
    usage: { month: read },
    account: { operatorGuildIds: [] },
  };
  // Nearly true: up to the first question to the database the subcommands use no more than that.
  const [fakeInteraction, fakeContext] = [interaction, context] as unknown as [
    ChatInputCommandInteraction,
    CommandContext,
  ];
  await expect(timelessConfig.execute(fakeInteraction, fakeContext, press)).rejects.toThrow(
    'The database is not there.',
  );
  return steps.slice(0, 2);
}

it.each([
  [null, 'view'],
  [null, 'limits'],
  ['channels', 'list'],
  [null, 'safety'],
  ['filter', 'list'],
  ['block', 'list'],
  [null, 'defaults'],
  [null, 'budget'],
  [null, 'log'],
  [null, 'buttons'],
  [null, 'usage'],
  [null, 'history'],
  ['moderators', 'list'],
])('takes time from Discord before it reads the database: %s %s', async (group, subcommand) => {
  expect(await firstSteps(group, subcommand)).toEqual(['deferred', 'read']);
});
