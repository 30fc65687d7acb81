import {
  ActionRowBuilder,
  ButtonBuilder,
  ButtonStyle,
  Client,
  LabelBuilder,
  MessageFlags,
  ModalBuilder,
  StringSelectMenuBuilder,
  TextInputBuilder,
  TextInputStyle,
} from 'discord.js';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Actor, DiscordSandbox, type Message } from '../../sandbox/discord/index.ts';
import type { CommandContext, Handlers } from '../../src/commands/command.ts';
import { createInteractionListener } from '../../src/events/interaction-create.ts';
import { InvokerCache } from '../../src/events/invoker-cache.ts';
import { customId } from '../../src/replies/custom-id.ts';

const JOB_ID = 'abcdefghijklm';
const FORGED = `explode:${JOB_ID}`;

let discord: DiscordSandbox;
let client: Client<true>;
let alice: Actor;
let moderator: Actor;
/** What ran, on what, and for whom. */
let ran: unknown[][];
let denied: unknown[];
let isServerAllowed: boolean;

/** Each handler tells that it ran; a button opens a form with its own argument. */
const createHandlers = (forModerators: boolean): Handlers => ({
  commands: [
    {
      data: { name: 'start', description: 'Shows everything' },
      async execute(interaction) {
        const select = new StringSelectMenuBuilder()
          .setCustomId(customId('cancel', JOB_ID))
          .setPlaceholder('Which?')
          .addOptions({ label: 'One', value: '1' }, { label: 'Two', value: '2' });
        const button = new ButtonBuilder().setLabel('Edit').setStyle(ButtonStyle.Primary);
        const rows = [
          new ActionRowBuilder<ButtonBuilder>().addComponents(button.setCustomId(customId('details', JOB_ID))),
          new ActionRowBuilder<StringSelectMenuBuilder>().addComponents(select),
        ];
        await interaction.reply({ content: 'everything', components: rows });
      },
    },
  ],
  menus: [
    {
      data: { type: 3, name: 'Image details' },
      forModerators,
      async execute(interaction, messageId, _, { userId }) {
        ran.push(['menu', messageId, userId]);
        await interaction.reply({ content: 'menu', flags: MessageFlags.Ephemeral });
      },
    },
  ],
  buttons: [
    {
      action: 'details',
      async execute(interaction, argument) {
        const input = new TextInputBuilder().setCustomId('prompt').setStyle(TextInputStyle.Short);
        const modal = new ModalBuilder().setTitle('Edit').setCustomId(customId('reroll', argument));
        await interaction.showModal(
          modal.addLabelComponents(new LabelBuilder().setLabel('Prompt').setTextInputComponent(input)),
        );
      },
    },
  ],
  selects: [
    {
      action: 'cancel',
      forModerators,
      async execute(interaction, argument, _, { userId }) {
        ran.push(['select', argument, userId, ...interaction.values]);
        await interaction.reply({ content: 'select', flags: MessageFlags.Ephemeral });
      },
    },
  ],
  modals: [
    {
      action: 'reroll',
      forModerators,
      async execute(interaction, argument, _, { userId }) {
        const prompt = interaction.fields.getTextInputValue('prompt');
        ran.push(['modal', argument, userId, prompt]);
        if (prompt === 'break') throw new Error('It breaks.');
        await interaction.reply({ content: 'modal', flags: MessageFlags.Ephemeral });
      },
    },
  ],
});

// Safe cast: the router uses only this part.
const createContext = () =>
  ({
    admission: {
      ceilingsOf: () => ({ isServerAllowed }),
      loadRules: async () => ({ settings: { moderatorRoleIds: [] } }),
    },
    modLog: { note: (_: string, entry: unknown) => denied.push(entry) },
    shardOf: () => 0,
    onRefused: () => undefined,
    log: pino({ level: 'silent' }),
  }) as unknown as CommandContext;

async function start(handlers: Handlers): Promise<void> {
  const invokers = new InvokerCache();
  const { event, listener } = createInteractionListener(handlers, createContext(), invokers, () => undefined);
  client.on(invokers.event, invokers.listener);
  client.on(event, (interaction) => void listener(interaction));
  await client.login(discord.token);
  await discord.waitFor(() => client.isReady());
  await client.application.commands.set([...handlers.commands, ...handlers.menus].map(({ data }) => data));
}

beforeEach(async () => {
  [ran, denied, isServerAllowed] = [[], [], true];
  discord = await DiscordSandbox.start();
  client = new Client<true>({ intents: [], rest: { api: discord.apiUrl } });
  const general = discord.guild.channel('general');
  [alice, moderator] = [discord.actor('alice', general), discord.actor('moderator', general)];
});

afterEach(async () => {
  await client.destroy();
  await discord.close();
  expect(discord.violations).toEqual([]);
});

const everything = async () => (await alice.command('start')).waitForReply();

/** Each way to trigger something, other than by a command or a button; a form is opened first. */
const TRIGGERS = {
  menu: async (actor: Actor, message: Message) => () => actor.menu('Image details', message),
  select: async (actor: Actor, message: Message) => () => actor.select(message, 'Which?', ['2']),
  async modal(actor: Actor, message: Message) {
    const pressed = await actor.press(message, 'Edit');
    await pressed.acknowledged();
    return () => actor.submitModal(pressed, { prompt: 'a rose' });
  },
} as const;
const KINDS = ['menu', 'select', 'modal'] as const;

async function answerTo(kind: (typeof KINDS)[number], actor: Actor, message: Message): Promise<Message> {
  const trigger = await TRIGGERS[kind](actor, message);
  return (await trigger()).waitForReply();
}

describe('the router', () => {
  it.each(KINDS)('passes on a %s, with what it is about and who used it', async (kind) => {
    await start(createHandlers(false));
    const message = await everything();
    expect(await answerTo(kind, alice, message)).toMatchObject({ content: kind, ephemeralFor: alice.user.id });
    const expected = {
      menu: ['menu', message.id, alice.user.id],
      select: ['select', JOB_ID, alice.user.id, '2'],
      modal: ['modal', JOB_ID, alice.user.id, 'a rose'],
    };
    expect(ran).toEqual([expected[kind]]);
  });

  it.each([
    ['menu', 'Image details'],
    ['select', 'a menu'],
    ['modal', 'a form'],
  ] as const)('lets only moderators use a %s that is for them', async (kind, what) => {
    await start(createHandlers(true));
    const message = await everything();
    const refused = await answerTo(kind, alice, message);
    expect(refused).toMatchObject({ ephemeralFor: alice.user.id });
    expect(refused.content).toMatch(/^Only moderators can do this/);
    await expect.poll(() => [ran, denied]).toEqual([[], [{ kind: 'denied', memberId: alice.user.id, what }]]);
    await answerTo(kind, moderator, message);
    expect(ran).toHaveLength(1);
  });

  it.each(KINDS)("answers a %s in a server that isn't on the operator's list with one sentence", async (kind) => {
    await start(createHandlers(false));
    const trigger = await TRIGGERS[kind](alice, await everything());
    isServerAllowed = false;
    const refused = await (await trigger()).waitForReply();
    expect(refused).toMatchObject({ ephemeralFor: alice.user.id });
    expect(refused.content).toContain("The bot's operator hasn't allowed this server");
    expect(ran).toEqual([]);
  });

  it.each([
    ['a menu', { type: 2, data: { id: '1', type: 3, name: 'Other', target_id: '2', resolved: { messages: {} } } }],
    ['a select', { type: 3, data: { component_type: 3, custom_id: FORGED, values: [] } }],
    ['a select that is a button', { type: 3, data: { component_type: 3, custom_id: `details:${JOB_ID}`, values: [] } }],
    ['a select of members', { type: 3, data: { component_type: 5, custom_id: `cancel:${JOB_ID}`, values: [] } }],
    ['a form', { type: 5, data: { custom_id: FORGED, components: [] } }],
    ['a form with a forged argument', { type: 5, data: { custom_id: 'reroll:short', components: [] } }],
  ])('answers %s that it does not know', async (_, payload) => {
    await start(createHandlers(false));
    const { id, channelId } = await everything();
    const message = { id, channel_id: channelId, author: { id: '1' }, timestamp: '2026-01-01T00:00:00Z' };
    const used = await alice.rawInteraction({ message, ...payload });
    const answer = await used.waitForReply();
    expect(answer).toMatchObject({ ephemeralFor: alice.user.id });
    expect(answer.content).toContain("don't know this");
    expect(ran).toEqual([]);
  });

  it('answers privately when a form breaks', async () => {
    await start(createHandlers(false));
    const submitted = await alice.submitModal(await alice.press(await everything(), 'Edit'), { prompt: 'break' });
    const answer = await submitted.waitForReply();
    expect(answer).toMatchObject({ ephemeralFor: alice.user.id });
    expect(answer.content).toContain(`Reference ${submitted.id}`);
  });
});
