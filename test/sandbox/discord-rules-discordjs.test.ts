import {
  ActionRowBuilder,
  AttachmentBuilder,
  AutocompleteInteraction,
  ButtonBuilder,
  ButtonInteraction,
  ButtonStyle,
  ChatInputCommandInteraction,
  Client,
  ClientApplication,
  ClientUser,
  EmbedBuilder,
  InteractionContextType,
  LabelBuilder,
  MessageFlags,
  ModalBuilder,
  PermissionFlagsBits,
  REST,
  Routes,
  SlashCommandBuilder,
  StringSelectMenuBuilder,
  TextInputBuilder,
  TextInputStyle,
} from 'discord.js';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type BodyContext, type BodyKind, checkBody } from '../../sandbox/discord/rules/index.ts';
import { startRecorder } from '../support/discord/rules-recorder.ts';

const APPLICATION = '100000000000000001';
const MEMBER = '100000000000000002';
const TOKEN = 'interaction-token';
const CALLBACK = `/interactions/100000000000000005/${TOKEN}/callback`;
const ORIGINAL = `/webhooks/${APPLICATION}/${TOKEN}/messages/@original`;
const MESSAGES = '/channels/100000000000000003/messages';
const MESSAGE = `${MESSAGES}/100000000000000009`;

const user = { id: MEMBER, username: 'alice', discriminator: '0', avatar: null, global_name: null };

function rawInteraction(type: number, data: object, extra: object = {}): object {
  return {
    id: '100000000000000005',
    application_id: APPLICATION,
    type,
    token: TOKEN,
    version: 1,
    user,
    channel: { id: '100000000000000003', type: 1 },
    channel_id: '100000000000000003',
    app_permissions: '0',
    locale: 'en-US',
    entitlements: [],
    authorizing_integration_owners: {},
    attachment_size_limit: 10_485_760,
    context: 1,
    data,
    ...extra,
  };
}

const rawMessage = {
  id: '100000000000000009',
  channel_id: '100000000000000003',
  author: user,
  content: '',
  timestamp: '2026-01-01T00:00:00.000Z',
  mentions: [],
  mention_roles: [],
  attachments: [],
  embeds: [],
  components: [],
  type: 0,
};

const row = () =>
  new ActionRowBuilder<ButtonBuilder>().addComponents(
    new ButtonBuilder().setCustomId('reroll:1').setLabel('Reroll').setEmoji('🎲').setStyle(ButtonStyle.Primary),
    new ButtonBuilder().setURL('https://example.com/image').setLabel('Open').setStyle(ButtonStyle.Link),
    new ButtonBuilder().setCustomId('delete:1').setLabel('Delete').setStyle(ButtonStyle.Danger).setDisabled(true),
  );
const selectRow = () =>
  new ActionRowBuilder<StringSelectMenuBuilder>().addComponents(
    new StringSelectMenuBuilder()
      .setCustomId('size:1')
      .setPlaceholder('Size')
      .addOptions(
        { label: 'Square', value: '1024', emoji: { name: '🟦' } },
        { label: 'Wide', value: '1344', default: true },
      ),
  );
const embed = () =>
  new EmbedBuilder()
    .setTitle('a red rose')
    .setDescription('with dew')
    .setColor(0xaa0011)
    .setTimestamp()
    .setAuthor({ name: 'alice' })
    .setFooter({ text: 'seed 7' })
    .addFields({ name: 'Steps', value: '30', inline: true });
const image = () => new AttachmentBuilder(Buffer.from('image'), { name: 'rose-1.png', description: 'a red rose' });

describe('the rules accept what an unmodified discord.js sends:', () => {
  let recorder: Awaited<ReturnType<typeof startRecorder>>;
  let client: Client;

  beforeEach(async () => {
    recorder = await startRecorder();
    client = new Client({ intents: [], rest: { api: recorder.apiUrl, retries: 0 }, allowedMentions: { parse: [] } });
    client.rest.setToken('token');
    client.user = Reflect.construct(ClientUser, [client, { ...user, id: APPLICATION, bot: true }]);
    client.application = Reflect.construct(ClientApplication, [client, { id: APPLICATION }]);
  });
  afterEach(async () => {
    await client.destroy();
    await recorder.close();
  });

  function expectFine(kind: BodyKind, pathEnd: string, context: BodyContext = {}): unknown {
    const { body, files } = recorder.last(pathEnd);
    expect(body).toBeDefined();
    expect(checkBody(kind, body, { ...context, files })).toEqual([]);
    return body;
  }

  // In the types, only the gateway can call these constructors; Reflect calls the same code.
  function command(): ChatInputCommandInteraction {
    const raw = rawInteraction(2, { id: '100000000000000010', name: 'timeless', type: 1 });
    return Reflect.construct(ChatInputCommandInteraction, [client, raw]);
  }
  function press(): ButtonInteraction {
    const raw = rawInteraction(3, { custom_id: 'reroll:1', component_type: 2 }, { message: rawMessage });
    return Reflect.construct(ButtonInteraction, [client, raw]);
  }

  it('a reply', async () => {
    await command().reply({
      content: 'hello',
      embeds: [embed()],
      components: [row(), selectRow()],
      files: [image()],
      flags: MessageFlags.Ephemeral,
    });
    expectFine('callback', CALLBACK, { interactionType: 2 });
  });

  it.each([undefined, MessageFlags.Ephemeral] as const)('a deferral with the flags %s', async (flags) => {
    await command().deferReply(flags === undefined ? {} : { flags });
    expectFine('callback', CALLBACK, { interactionType: 2 });
  });

  it('edits of a deferred reply, with files and with only a text', async () => {
    const interaction = command();
    await interaction.deferReply();
    await interaction.editReply({ embeds: [embed()], components: [row()], files: [image(), image()] });
    expectFine('webhookMessageEdit', ORIGINAL, { deferred: true });
    await interaction.editReply({ content: 'done', embeds: [], components: [], attachments: [] });
    expectFine('webhookMessageEdit', ORIGINAL);
    await interaction.editReply({ content: null, embeds: [embed()], attachments: [{ id: '100000000000000020' }] });
    expectFine('webhookMessageEdit', ORIGINAL);
  });

  it('a follow-up', async () => {
    const interaction = command();
    await interaction.deferReply();
    await interaction.followUp({ content: 'more', files: [image()], flags: MessageFlags.Ephemeral });
    expectFine('webhookMessageCreate', `/webhooks/${APPLICATION}/${TOKEN}`);
  });

  it('both callbacks to a button that change its message', async () => {
    await press().deferUpdate();
    expectFine('callback', CALLBACK, { interactionType: 3, interactionHasMessage: true });
    await press().update({ content: 'changed', components: [row()] });
    expectFine('callback', CALLBACK, { interactionType: 3, interactionHasMessage: true });
  });

  it('a modal with labels', async () => {
    const input = new TextInputBuilder()
      .setCustomId('prompt')
      .setStyle(TextInputStyle.Paragraph)
      .setValue('a red rose')
      .setMaxLength(4_000);
    const label = new LabelBuilder().setLabel('Prompt').setDescription('What to paint').setTextInputComponent(input);
    await press().showModal(new ModalBuilder().setCustomId('edit:1').setTitle('Edit').addLabelComponents(label));
    expectFine('callback', CALLBACK, { interactionType: 3 });
  });

  it('autocomplete choices', async () => {
    const raw = rawInteraction(4, { id: '100000000000000010', name: 'timeless', type: 1, options: [] });
    const interaction: AutocompleteInteraction = Reflect.construct(AutocompleteInteraction, [client, raw]);
    await interaction.respond([
      { name: '512', value: 512 },
      { name: '520', value: 520, nameLocalizations: { de: '520 Punkte' } },
    ]);
    expectFine('callback', CALLBACK, { interactionType: 4 });
  });

  it('a direct message, a nonce, an edit with the bot token', async () => {
    const channel = await client.users.createDM(MEMBER);
    expectFine('createDm', '/users/@me/channels');
    const message = await channel.send({
      content: `<@${MEMBER}>`,
      nonce: 'job-1',
      enforceNonce: true,
      allowedMentions: { parse: [], users: [MEMBER] },
      embeds: [embed()],
      components: [row()],
      files: [image()],
      reply: { messageReference: '100000000000000008', failIfNotExists: false },
    });
    expectFine('channelMessageCreate', MESSAGES);
    await message.edit({ content: 'changed', components: [row()], files: [image()] });
    expectFine('channelMessageEdit', MESSAGE);
  });

  it('commands from the manager and from the builder', async () => {
    const data = new SlashCommandBuilder()
      .setName('timeless')
      .setNameLocalizations({ de: 'zeitlos' })
      .setDescription('Paints an image')
      .setContexts(InteractionContextType.Guild, InteractionContextType.BotDM)
      .setNSFW(false)
      .setDefaultMemberPermissions(PermissionFlagsBits.ModerateMembers)
      .addStringOption((option) =>
        option.setName('prompt').setDescription('What to paint').setRequired(true).setMinLength(1).setMaxLength(4_000),
      )
      .addStringOption((option) =>
        option.setName('size').setDescription('Width and height').addChoices({ name: 'Square', value: '1024x1024' }),
      )
      .addIntegerOption((option) =>
        option.setName('width').setDescription('Width').setMinValue(512).setMaxValue(2_048).setAutocomplete(true),
      )
      .addIntegerOption((option) =>
        option.setName('seed').setDescription('Seed').setMinValue(-1).setMaxValue(999_999_999_999_999),
      )
      .addNumberOption((option) => option.setName('guidance').setDescription('Guidance').setMinValue(1).setMaxValue(25))
      .addBooleanOption((option) => option.setName('private').setDescription('Only you see it'));
    const config = new SlashCommandBuilder()
      .setName('timeless-config')
      .setDescription('Settings')
      .addSubcommandGroup((group) =>
        group
          .setName('roles')
          .setDescription('Roles')
          .addSubcommand((subcommand) =>
            subcommand
              .setName('add')
              .setDescription('Add')
              .addRoleOption((option) => option.setName('role').setDescription('Role').setRequired(true))
              .addChannelOption((option) => option.setName('channel').setDescription('Channel')),
          ),
      );
    const commands = [data.toJSON(), config.toJSON()];

    const rest = new REST({ api: recorder.apiUrl }).setToken('token');
    await rest.put(Routes.applicationCommands(APPLICATION), { body: commands });
    const body = expectFine('commands', '/commands');
    expect(body).toMatchObject([{ default_member_permissions: '1099511627776' }, {}]);
    await rest.post(Routes.applicationCommands(APPLICATION), { body: commands[0] });
    expectFine('command', '/commands');
    await client.application?.commands.set([data, config]);
    expectFine('commands', '/commands');
    await client.application?.commands.edit('100000000000000010', { description: 'Paints images' });
    expectFine('commandEdit', '/commands/100000000000000010');
  });
});
