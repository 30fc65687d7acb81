import { once } from 'node:events';
import {
  ActionRowBuilder,
  AttachmentBuilder,
  ButtonBuilder,
  ButtonStyle,
  Client,
  type ClientOptions,
  Events,
  GatewayIntentBits,
  type Interaction,
  LabelBuilder,
  MessageFlags,
  ModalBuilder,
  SlashCommandBuilder,
  Status,
  StringSelectMenuBuilder,
  TextInputBuilder,
  TextInputStyle,
} from 'discord.js';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { buttonsOf, type Channel, DiscordSandbox, type DiscordSandboxOptions } from '../../sandbox/discord/index.ts';

const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);
const closers: (() => Promise<unknown>)[] = [];
const failures: unknown[] = [];

afterEach(async () => {
  expect(failures.splice(0)).toEqual([]);
  for (const close of closers.splice(0).reverse()) await close();
});

async function startSandbox(options?: DiscordSandboxOptions): Promise<DiscordSandbox> {
  const discord = await DiscordSandbox.start(options);
  closers.push(() => discord.close());
  return discord;
}

async function connect(
  discord: DiscordSandbox,
  onInteraction: (interaction: Interaction) => Promise<unknown> = () => Promise.resolve(),
  options: Partial<ClientOptions> = {},
): Promise<Client<true>> {
  const client = new Client({ intents: [], rest: { api: discord.apiUrl }, ...options });
  closers.push(() => client.destroy());
  const ready = new Promise<Client<true>>((resolve) => {
    client.once(Events.ClientReady, resolve);
  });
  client.on(Events.InteractionCreate, (interaction) => {
    onInteraction(interaction).catch((error: unknown) => failures.push(error));
  });
  await client.login(discord.token);
  return await ready;
}

async function register(client: Client<true>): Promise<void> {
  const paint = new SlashCommandBuilder()
    .setName('paint')
    .setDescription('Paints')
    .addStringOption((option) => option.setName('prompt').setDescription('What').setRequired(true).setMaxLength(20))
    .addIntegerOption((option) =>
      option.setName('width').setDescription('Wide').setMinValue(512).setMaxValue(2048).setAutocomplete(true),
    )
    .addStringOption((option) =>
      option.setName('size').setDescription('Size').addChoices({ name: 'Square', value: '1024x1024' }),
    )
    .addBooleanOption((option) => option.setName('private').setDescription('Only you'));
  const config = new SlashCommandBuilder()
    .setName('config')
    .setDescription('Configures')
    .setDefaultMemberPermissions(1n << 40n)
    .addSubcommand((sub) =>
      sub
        .setName('limit')
        .setDescription('Limits')
        .addIntegerOption((option) => option.setName('images').setDescription('How many').setRequired(true)),
    );
  await client.application.commands.set([paint.toJSON(), config.toJSON()]);
}

function row(...buttons: ButtonBuilder[]): ActionRowBuilder<ButtonBuilder> {
  return new ActionRowBuilder<ButtonBuilder>().addComponents(buttons);
}

function button(label: string, customId = label.toLowerCase()): ButtonBuilder {
  return new ButtonBuilder().setCustomId(customId).setLabel(label).setStyle(ButtonStyle.Secondary);
}

describe('an unmodified discord.js client', () => {
  it('logs in without intents and sees no guild', async () => {
    const discord = await startSandbox();
    const client = await connect(discord);
    expect(client.user.id).toBe(discord.botUserId);
    expect(client.guilds.cache.size).toBe(0);
    expect(discord.gateway).toMatchObject({ connections: 1, identifies: 1, resumes: 0 });
    expect(discord.violations).toEqual([]);
  });

  it('sees guilds, channels, roles and threads with the Guilds intent, also later ones', async () => {
    const discord = await startSandbox();
    const client = await connect(discord, undefined, { intents: [GatewayIntentBits.Guilds] });
    const guild = client.guilds.cache.get(discord.guild.id);
    expect(guild?.available).toBe(true);
    expect(guild?.channels.cache.map(({ name }) => name).sort()).toEqual([
      'art',
      'general',
      'nsfw',
      'sketches',
      'studio',
    ]);
    const later = discord.createGuild({ name: 'Later' });
    const made = discord.guild.createChannel({ name: 'fresh' });
    await discord.waitFor(() => client.guilds.cache.get(later.id)?.available && guild?.channels.cache.has(made.id));
    discord.deleteChannel(made);
    discord.kickBot(later);
    await discord.waitFor(() => !client.guilds.cache.has(later.id) && !guild?.channels.cache.has(made.id));
  });

  it('registers commands, which keep their ids when they are registered again', async () => {
    const discord = await startSandbox();
    const client = await connect(discord);
    await register(client);
    const ids = discord.commands.map(({ id }) => id);
    await register(client);
    expect(discord.commands.map(({ name }) => name)).toEqual(['paint', 'config']);
    expect(discord.commands.map(({ id }) => id)).toEqual(ids);
    const fetched = await client.application.commands.fetch();
    expect(fetched.map(({ name }) => name)).toEqual(['paint', 'config']);
    const one = await client.application.commands.create({ name: 'extra', description: 'More' });
    await client.application.commands.edit(one, { description: 'Even more' });
    await client.application.commands.delete(one);
    expect(discord.commands).toHaveLength(2);
    await client.application.commands.set([{ name: 'here', description: 'In one guild' }], discord.guild.id);
    expect(discord.commands).toHaveLength(3);
    expect(discord.violations).toEqual([]);
  });

  it('can’t remove an Entry Point command by a list without it: 50240', async () => {
    const discord = await startSandbox();
    const client = await connect(discord);
    const launch = { type: 4, name: 'launch', handler: 2 } as const;
    const { id } = await client.application.commands.create(launch);
    const refused = client.application.commands.set([{ name: 'paint', description: 'Paints' }]);
    await expect(refused).rejects.toMatchObject({ status: 400, code: 50_240 });
    expect(discord.commands.map(({ name }) => name)).toEqual(['launch']);
    expect(discord.violations.map(({ rule }) => rule)).toEqual(['entry point']);
    await client.application.commands.set([launch, { name: 'paint', description: 'Paints' }]);
    expect(discord.commands.map(({ name }) => name)).toEqual(['launch', 'paint']);
    expect(discord.commands[0]).toMatchObject({ id, handler: 2 });
    const inGuild = client.application.commands.set([launch], discord.guild.id);
    await expect(inGuild).rejects.toMatchObject({ code: 50_035 });
  });

  it('defers, and edits with files and alt text, whose bytes arrive unchanged', async () => {
    const discord = await startSandbox();
    const client = await connect(discord, async (interaction) => {
      if (!interaction.isChatInputCommand()) return;
      await interaction.deferReply();
      await interaction.editReply({ content: 'working' });
      await interaction.editReply({
        content: `done: ${interaction.options.getString('prompt')} ${interaction.options.getInteger('width')}`,
        files: [new AttachmentBuilder(PNG, { name: 'rose.png', description: 'a red rose' })],
        embeds: [{ title: 'Rose' }],
        components: [row(button('Reroll'), button('Delete').setDisabled(true))],
      });
    });
    await register(client);
    const alice = discord.actor('alice', discord.guild.channel('general'));
    const invocation = await alice.command('paint', { prompt: 'a red rose', width: '640' });
    expect(await invocation.acknowledged()).toEqual({ type: 5, ephemeral: false });
    const reply = await invocation.waitForReply((message) => message.attachments.length > 0);
    expect(reply).toMatchObject({
      content: 'done: a red rose 640',
      thinking: false,
      edits: 2,
      embeds: [{ title: 'Rose' }],
    });
    expect(reply.history.map(({ content }) => content)).toEqual(['working', 'done: a red rose 640']);
    const [image] = reply.attachments;
    expect(image).toMatchObject({
      filename: 'rose.png',
      description: 'a red rose',
      spoiler: false,
      contentType: 'image/png',
    });
    expect(image?.bytes.equals(PNG)).toBe(true);
    const served = await fetch(image?.url ?? '');
    expect(Buffer.from(await served.arrayBuffer()).equals(PNG)).toBe(true);
    const [unsigned] = image?.url.split('?') ?? [];
    expect((await fetch(unsigned ?? '')).status).toBe(404);
    expect(buttonsOf(reply)).toEqual([
      { label: 'Reroll', customId: 'reroll', disabled: false },
      { label: 'Delete', customId: 'delete', disabled: true },
    ]);
    expect(discord.messages(discord.guild.channel('general'))).toEqual([reply]);
    await expect(alice.press(reply, 'Delete')).rejects.toThrow('disabled');
    expect(discord.violations).toEqual([]);
  });

  it('answers with files at once, follows up, and deletes', async () => {
    const discord = await startSandbox();
    const client = await connect(discord, async (interaction) => {
      if (!interaction.isChatInputCommand()) return;
      await interaction.reply({ content: 'here', files: [new AttachmentBuilder(PNG, { name: 'SPOILER_a b.png' })] });
      const extra = await interaction.followUp({ content: 'psst', flags: MessageFlags.Ephemeral });
      await interaction.webhook.editMessage(extra, 'psst!');
      await interaction.followUp('loud');
      await interaction.deleteReply();
    });
    await register(client);
    const invocation = await discord.actor('bob', 'dm').command('paint', { prompt: 'x' });
    const reply = await invocation.waitForReply(({ deleted }) => deleted);
    expect(reply.attachments[0]).toMatchObject({ filename: 'SPOILER_a_b.png', spoiler: true });
    const followUps = invocation.followUps();
    expect(followUps.map(({ content, ephemeralFor }) => [content, ephemeralFor])).toEqual([
      ['psst!', discord.user('bob').id],
      ['loud', undefined],
    ]);
    expect(discord.violations).toEqual([]);
  });

  it('edits the loading message with the first follow-up after a private defer', async () => {
    const discord = await startSandbox();
    const client = await connect(discord, async (interaction) => {
      if (!interaction.isChatInputCommand()) return;
      await interaction.deferReply({ flags: MessageFlags.Ephemeral });
      await interaction.followUp('first');
    });
    await register(client);
    const invocation = await discord.actor('alice', discord.guild.channel('art')).command('paint', { prompt: 'x' });
    expect(await invocation.acknowledged()).toEqual({ type: 5, ephemeral: true });
    const reply = await invocation.waitForReply();
    expect(reply).toMatchObject({ content: 'first', ephemeralFor: discord.user('alice').id, flags: 64 });
    expect(invocation.followUps()).toEqual([]);
    const bob = discord.actor('bob', discord.guild.channel('art'));
    await expect(bob.press(reply, 'Any')).rejects.toThrow("doesn't see");
  });

  it('updates a message on a button press, replaces or keeps its files as listed, and answers a select', async () => {
    const discord = await startSandbox();
    const menu = new StringSelectMenuBuilder()
      .setCustomId('pick')
      .setPlaceholder('Pick one')
      .addOptions({ label: 'One', value: '1' }, { label: 'Two', value: '2' });
    const client = await connect(discord, async (interaction) => {
      if (interaction.isChatInputCommand()) {
        await interaction.reply({
          content: 'start',
          files: [new AttachmentBuilder(PNG, { name: 'one.png' })],
          components: [
            row(button('Swap'), button('Keep'), button('Later')),
            new ActionRowBuilder<StringSelectMenuBuilder>().addComponents(menu),
          ],
        });
      } else if (interaction.isStringSelectMenu()) {
        await interaction.update(`chose ${interaction.values.join()}`);
      } else if (interaction.isButton() && interaction.customId === 'swap') {
        await interaction.update({ content: 'swapped', files: [new AttachmentBuilder(PNG, { name: 'two.png' })] });
      } else if (interaction.isButton() && interaction.customId === 'keep') {
        await interaction.update({ content: 'kept' });
      } else if (interaction.isButton()) {
        await interaction.deferUpdate();
        await interaction.editReply({ content: 'emptied', attachments: [] });
      }
    });
    await register(client);
    const alice = discord.actor('alice', discord.guild.channel('general'));
    const reply = await (await alice.command('paint', { prompt: 'x' })).waitForReply();
    const pressed = await alice.press(reply, 'Keep');
    expect(await pressed.acknowledged()).toMatchObject({ type: 7 });
    expect(pressed.reply()).toBe(reply);
    expect(reply.content).toBe('kept');
    expect(reply.attachments.map(({ filename }) => filename)).toEqual(['one.png']);
    await (await alice.press(reply, 'Swap')).acknowledged();
    expect(reply.attachments.map(({ filename }) => filename)).toEqual(['two.png']);
    await (await alice.select(reply, 'Pick one', ['2'])).acknowledged();
    expect(reply.content).toBe('chose 2');
    await expect(alice.select(reply, 'pick', ['3'])).rejects.toThrow('no option 3');
    await (await alice.press(reply, 'Later')).waitForReply(({ content }) => content === 'emptied');
    expect(reply.attachments).toEqual([]);
    expect(discord.violations).toEqual([]);
  });

  it('opens a modal, which a member fills in', async () => {
    const discord = await startSandbox();
    const client = await connect(discord, async (interaction) => {
      if (interaction.isChatInputCommand())
        await interaction.reply({ content: 'hi', components: [row(button('Edit'))] });
      if (interaction.isButton()) {
        const prompt = new TextInputBuilder().setCustomId('prompt').setStyle(TextInputStyle.Paragraph).setValue('old');
        const steps = new TextInputBuilder().setCustomId('steps').setStyle(TextInputStyle.Short).setMaxLength(3);
        await interaction.showModal(
          new ModalBuilder()
            .setCustomId('edit')
            .setTitle('Edit')
            .addLabelComponents(
              new LabelBuilder().setLabel('Prompt').setTextInputComponent(prompt),
              new LabelBuilder().setLabel('Steps').setTextInputComponent(steps),
            ),
        );
      }
      if (interaction.isModalSubmit() && interaction.isFromMessage()) {
        const [prompt, steps] = ['prompt', 'steps'].map((name) => interaction.fields.getTextInputValue(name));
        await interaction.update(`${prompt} in ${steps}`);
      }
    });
    await register(client);
    const alice = discord.actor('alice', discord.guild.channel('general'));
    const reply = await (await alice.command('paint', { prompt: 'x' })).waitForReply();
    const pressed = await alice.press(reply, 'Edit');
    expect(await pressed.acknowledged()).toMatchObject({ type: 9 });
    expect(pressed.modal?.title).toBe('Edit');
    await expect(alice.submitModal(pressed, {})).rejects.toThrow('steps must be filled in');
    await expect(alice.submitModal(pressed, { steps: '1234' })).rejects.toThrow('at most 3');
    await expect(alice.submitModal(pressed, { other: '' })).rejects.toThrow('no field other');
    const submitted = await alice.submitModal(pressed, { steps: '30' });
    await submitted.waitForReply(({ content }) => content === 'old in 30');
    expect(discord.violations).toEqual([]);
  });

  it('suggests choices while a member types', async () => {
    const discord = await startSandbox();
    const client = await connect(discord, async (interaction) => {
      if (!interaction.isAutocomplete()) return;
      const typed = interaction.options.getFocused();
      await interaction.respond([
        { name: `${typed}: ${interaction.options.getString('prompt')}`, value: Number(typed) },
      ]);
    });
    await register(client);
    const alice = discord.actor('alice', discord.guild.channel('general'));
    expect(await alice.autocomplete('paint', 'width', '10', { prompt: 'a' })).toEqual([{ name: '10: a', value: 10 }]);
    await expect(alice.autocomplete('paint', 'prompt', 'x')).rejects.toThrow('no autocomplete');
    expect(discord.violations).toEqual([]);
  });

  it('resumes after a lost connection and gets the interaction it missed', async () => {
    const discord = await startSandbox();
    const client = await connect(discord, async (interaction) => {
      if (interaction.isChatInputCommand()) await interaction.reply('after the drop');
    });
    await register(client);
    const alice = discord.actor('alice', discord.guild.channel('general'));
    discord.gateway.drop();
    const invocation = await alice.command('paint', { prompt: 'x' });
    expect((await invocation.waitForReply()).content).toBe('after the drop');
    expect(discord.gateway).toMatchObject({ identifies: 1, resumes: 1 });
    // A client that loses its session while it handles RESUMED rejects unhandled.
    const resumed = once(client, Events.ShardResume);
    discord.gateway.reconnect();
    await resumed;
    expect(discord.gateway.resumes).toBe(2);
    discord.gateway.invalidateSession(false);
    await discord.waitFor(() => discord.gateway.identifies === 2);
    // A client that is reconnecting can't be destroyed.
    await discord.waitFor(() => client.ws.shards.every(({ status }) => status === Status.Ready));
    expect(discord.violations).toEqual([]);
  });

  it('gives up on a fatal close code', async () => {
    const discord = await startSandbox();
    const client = await connect(discord);
    const closed = new Promise((resolve) => {
      client.once(Events.ShardDisconnect, ({ code }) => resolve(code));
    });
    client.on(Events.ShardError, () => undefined);
    discord.gateway.closeWith(4014);
    expect(await closed).toBe(4014);
  });

  it('is refused with a wrong token before it connects to the gateway', async () => {
    const discord = await startSandbox();
    const client = new Client({ intents: [], rest: { api: discord.apiUrl } });
    closers.push(() => client.destroy());
    await expect(client.login(discord.token.replace(/.$/, '-'))).rejects.toThrow('invalid token');
    expect(discord.violations).toMatchObject([{ rule: 'authorization', request: 'GET /gateway/bot' }]);
  });

  it('is refused a privileged intent', async () => {
    const discord = await startSandbox();
    const client = new Client({ intents: [GatewayIntentBits.MessageContent], rest: { api: discord.apiUrl } });
    closers.push(() => client.destroy());
    await expect(client.login(discord.token)).rejects.toThrow('disallowed intents');
  });

  it('posts, lists, edits and deletes in channels and direct messages with its own token', async () => {
    const discord = await startSandbox();
    const client = await connect(discord, undefined, { intents: [GatewayIntentBits.Guilds] });
    const general = await client.channels.fetch(discord.guild.channel('general').id);
    if (!general?.isSendable()) throw new Error('#general can be written to');
    const posted = await general.send({ content: 'hello', nonce: '42', enforceNonce: true });
    const again = await general.send({ content: 'hello', nonce: '42', enforceNonce: true });
    expect(again.id).toBe(posted.id);
    await posted.edit('hello again');
    const other = await general.send({ content: 'answer', reply: { messageReference: posted } });
    const listed = await general.messages.fetch({ limit: 10 });
    expect(listed.map(({ content }) => content)).toEqual(['answer', 'hello again']);
    expect((await general.messages.fetch({ before: other.id })).size).toBe(1);
    await other.delete();
    expect(discord.messages(discord.guild.channel('general')).map(({ content }) => content)).toEqual(['hello again']);
    const bob = await client.users.createDM(discord.user('bob').id);
    await bob.send('in private');
    expect(discord.messages(discord.directMessages('bob'))).toMatchObject([{ content: 'in private' }]);
    discord.closeDms(discord.user('bob'));
    await expect(bob.send('more')).rejects.toMatchObject({ code: 50007, status: 403 });
    expect(discord.violations).toEqual([]);
  });

  it('reads permissions with overwrites, parent, age restriction and locale from an interaction', async () => {
    const discord = await startSandbox();
    const seen = vi.fn<(interaction: Interaction) => Promise<void>>(() => Promise.resolve());
    const client = await connect(discord, seen, { intents: [GatewayIntentBits.Guilds] });
    await register(client);
    const send = async (channel: Channel, extra = {}) => {
      await discord.actor('moderator', channel).command('paint', { prompt: 'x' }, extra);
      return await discord.waitFor(
        () => seen.mock.calls.at(-1)?.[0].channelId === channel.id && seen.mock.calls.at(-1)?.[0],
      );
    };
    const hidden = discord.guild.createChannel({ name: 'hidden', denyBot: true });
    const inHidden = await send(hidden, { locale: 'de', attachmentSizeLimit: 1234 });
    expect(inHidden).toMatchObject({ locale: 'de', guildLocale: 'en-US', attachmentSizeLimit: 1234, context: 0 });
    expect(inHidden.appPermissions.has('ViewChannel')).toBe(false);
    expect(inHidden.memberPermissions?.has('ModerateMembers')).toBe(true);
    expect(inHidden.memberPermissions?.has('ManageGuild')).toBe(false);
    const inThread = await send(discord.guild.channel('sketches'));
    expect(inThread.channel?.isThread() && inThread.channel.parentId).toBe(discord.guild.channel('art').id);
    const inDm = await send(discord.directMessages('moderator'));
    expect(inDm).toMatchObject({ guildId: null, context: 1, member: null, user: { id: discord.user('moderator').id } });
  });
});

describe('Discord’s own client', () => {
  it('refuses invalid commands and options', async () => {
    const discord = await startSandbox();
    const client = await connect(discord, async (interaction) => {
      if (interaction.isChatInputCommand()) await interaction.reply('ok');
    });
    await register(client);
    const alice = discord.actor('alice', discord.guild.channel('general'));
    const cases: [Record<string, string | number | boolean>, string][] = [
      [{}, 'prompt is required'],
      [{ prompt: '' }, 'at least 1'],
      [{ prompt: 'x'.repeat(21) }, 'at most 20'],
      [{ prompt: 'x', width: 511 }, 'at least 512'],
      [{ prompt: 'x', width: 2049 }, 'at most 2048'],
      [{ prompt: 'x', width: 600.5 }, 'whole number'],
      [{ prompt: 'x', size: 'Round' }, 'one of Square'],
      [{ prompt: 'x', private: 'maybe' }, 'true or false'],
      [{ prompt: 'x', style: 'oil' }, 'no option style'],
    ];
    for (const [options, message] of cases) await expect(alice.command('paint', options)).rejects.toThrow(message);
    await expect(alice.command('none')).rejects.toThrow('no command /none');
    await expect(alice.command('config', { images: 1 }, { subcommand: 'limit' })).rejects.toThrow('permissions');
    const moderator = discord.actor('moderator', discord.guild.channel('general'));
    await expect(moderator.command('config', { images: 1 })).rejects.toThrow('needs one of limit');
    const allowed = await moderator.command('config', { images: 1 }, { subcommand: 'limit' });
    expect((await allowed.waitForReply()).content).toBe('ok');
    const chosen = await alice.command('paint', { prompt: 'x', size: 'Square' });
    expect(JSON.stringify(chosen.interaction.payload.data)).toContain('1024x1024');
    const forced = await alice.command('config', { images: 1, other: true }, { subcommand: 'limit', force: true });
    expect((await forced.waitForReply()).content).toBe('ok');
    discord.kickBot(discord.guild);
    await expect(alice.command('paint', { prompt: 'x' })).rejects.toThrow('not in this server');
  });

  it('refuses presses on missing buttons and deleted messages', async () => {
    const discord = await startSandbox();
    const client = await connect(discord, async (interaction) => {
      if (interaction.isChatInputCommand()) await interaction.reply({ content: 'ok', components: [row(button('Go'))] });
    });
    await register(client);
    const alice = discord.actor('alice', discord.guild.channel('general'));
    const reply = await (await alice.command('paint', { prompt: 'x' })).waitForReply();
    await expect(alice.press(reply, 'Stop')).rejects.toThrow('there are Go');
    discord.deleteMessage(reply);
    await expect(alice.press(reply, 'Go')).rejects.toThrow('gone');
  });
});
