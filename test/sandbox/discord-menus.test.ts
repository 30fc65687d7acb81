import { Client, Events, type MessageContextMenuCommandInteraction, MessageFlags } from 'discord.js';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Actor, DiscordSandbox, type Message, PERMISSIONS } from '../../sandbox/discord/index.ts';

const MENU = { type: 3, name: 'Image details' } as const;
const PROMPT = { type: 3, name: 'prompt', description: 'What' } as const;
const SLASH = { type: 1, name: 'timeless', description: 'Paints', options: [PROMPT] } as const;

let discord: DiscordSandbox;
let client: Client<true>;
let alice: Actor;
let used: MessageContextMenuCommandInteraction[];

beforeEach(async () => {
  used = [];
  discord = await DiscordSandbox.start();
  client = new Client<true>({ intents: [], rest: { api: discord.apiUrl } });
  client.on(Events.InteractionCreate, (interaction) => {
    if (interaction.isChatInputCommand()) {
      const flags = interaction.options.getString('prompt') === 'private' ? MessageFlags.Ephemeral : undefined;
      void interaction.reply({ content: 'painted', ...(flags ? { flags } : {}) });
    }
    if (!interaction.isMessageContextMenuCommand()) return;
    used.push(interaction);
    void interaction.reply('Here they are.');
  });
  await client.login(discord.token);
  await discord.waitFor(() => client.isReady());
  await client.application.commands.set([MENU, SLASH]);
  alice = discord.actor('alice', discord.guild.channel('general'));
});

afterEach(async () => {
  await client.destroy();
  await discord.close();
  expect(discord.violations).toEqual([]);
});

async function paint(): Promise<Message> {
  return (await alice.command('timeless', { prompt: 'a rose' })).waitForReply();
}

it('sends the message that a menu is used on, without any intent', async () => {
  const message = await paint();
  const answered = await (await alice.menu(MENU.name, message)).waitForReply();
  expect(answered.content).toBe('Here they are.');
  expect(used.map(({ commandName, targetId }) => [commandName, targetId])).toEqual([[MENU.name, message.id]]);
  expect(used[0]?.targetMessage).toMatchObject({ id: message.id, content: 'painted' });
  const { rest } = client;
  expect(await rest.get(`/channels/${message.channelId}/messages/${answered.id}`)).toMatchObject({
    interaction_metadata: { name: MENU.name, command_type: 3, target_message_id: message.id },
  });
});

it('tells menus and slash commands of the same name apart', async () => {
  await client.application.commands.set([{ ...MENU, name: SLASH.name }, SLASH]);
  const message = await paint();
  await (await alice.menu(SLASH.name, message)).waitForReply();
  expect(used).toHaveLength(1);
});

it('refuses what the client of Discord does not offer', async () => {
  const message = await paint();
  const hidden = await (await alice.command('timeless', { prompt: 'private' })).waitForReply();
  await expect(alice.menu(MENU.name, hidden)).rejects.toThrow('has no menu of commands');
  await expect(alice.menu('Other', message)).rejects.toThrow('there is no menu command Other');
  await expect(alice.menu(SLASH.name, message)).rejects.toThrow('there is no menu command timeless');
  await expect(alice.command(MENU.name)).rejects.toThrow('there is no command /Image details');
  const elsewhere = discord.actor('alice', discord.guild.channel('art'));
  await expect(elsewhere.menu(MENU.name, message)).rejects.toThrow('alice is in #art');
  const { overwrites } = discord.guild.channel('general');
  overwrites.push({ id: discord.guild.id, type: 'role', allow: 0n, deny: PERMISSIONS.sendMessages });
  await expect(alice.menu(MENU.name, message)).rejects.toThrow('alice may not send messages in #general');
  overwrites.length = 0;
  await client.application.commands.set([{ ...MENU, defaultMemberPermissions: 1n << 40n, contexts: [0] }, SLASH]);
  await expect(alice.menu(MENU.name, message)).rejects.toThrow('alice lacks the permissions for menu command');
});
