import type { ChatInputCommandInteraction } from 'discord.js';
import { pino } from 'pino';
import { expect, it } from 'vitest';
import type { CommandContext } from '../../../src/commands/command.ts';
import { timelessConfig } from '../../../src/commands/config/index.ts';
import { yieldToEventLoop } from '../../../src/time.ts';
import { GUILD_ID, MODERATOR_ID } from '../../support/settings-fixtures.ts';

const ADMINISTRATOR = 1n << 3n;
const facts = {
  userId: MODERATOR_ID,
  guildId: GUILD_ID,
  roleIds: [],
  permissions: ADMINISTRATOR,
  botPermissions: 0n,
  namedChannels: new Map(),
  channel: { id: MODERATOR_ID, type: 0 },
};

/** Uses a subcommand without options over a database that never answers. @returns whether Discord was asked for more time */
async function isDeferred(group: string | null, subcommand: string): Promise<boolean> {
  const read = () => new Promise<never>(() => undefined);
  const nothing = () => null;
  const interaction = {
    deferred: false,
    locale: 'en-US',
    async deferReply() {
      this.deferred = true;
    },
    options: {
      getSubcommandGroup: () => group,
      getSubcommand: () => subcommand,
      get: nothing,
      // A style needs a name and a prompt.
      getString: (name: string) => (group === 'style' ? name : null),
      getInteger: nothing,
      getNumber: nothing,
      getBoolean: nothing,
    },
    client: { rest: { get: () => Promise.reject(new Error('Discord is not there.')) } },
  };
  const context = {
    log: pino({ level: 'silent' }),
    settings: { history: read },
    admission: { spending: read },
    usage: { month: read },
    account: { operatorGuildIds: [] },
  };
  // Nearly true: up to the first answer of the database the subcommands use no more than that.
  const [fakeInteraction, fakeContext] = [interaction, context] as unknown as [
    ChatInputCommandInteraction,
    CommandContext,
  ];
  const executed = timelessConfig.execute(fakeInteraction, fakeContext, { ...facts, rules: read() });
  await Promise.race([executed, yieldToEventLoop()]);
  return interaction.deferred;
}

it.each([
  [null, 'view'],
  [null, 'limits'],
  ['channels', 'list'],
  ['channels', 'remove'],
  [null, 'safety'],
  ['filter', 'list'],
  ['block', 'list'],
  ['block', 'remove'],
  [null, 'defaults'],
  [null, 'budget'],
  [null, 'log'],
  [null, 'buttons'],
  [null, 'usage'],
  [null, 'history'],
  ['moderators', 'list'],
  ['style', 'add'],
  ['style', 'list'],
  ['moderators', 'remove'],
])('takes time from Discord before it waits for the database: %s %s', async (group, subcommand) => {
  expect(await isDeferred(group, subcommand)).toBe(true);
});
