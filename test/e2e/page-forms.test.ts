import {
  ActionRowBuilder,
  ApplicationCommandType,
  ButtonBuilder,
  ButtonStyle,
  ChannelSelectMenuBuilder,
  Client,
  ContextMenuCommandBuilder,
  Events,
  type Interaction,
  LabelBuilder,
  MessageFlags,
  ModalBuilder,
  RoleSelectMenuBuilder,
  SlashCommandBuilder,
  StringSelectMenuBuilder,
  TextInputBuilder,
  TextInputStyle,
} from 'discord.js';
import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Stack } from '../../sandbox/session/stack.ts';
import { hasBrowser, skipReason } from '../support/open-browser.ts';
import { PageBed } from '../support/page-bed.ts';
import { seriousFindings } from '../support/serious-findings.ts';

let bed: PageBed;
let client: Client;
const failures: unknown[] = [];

const STYLES = [
  { label: 'Oil', value: 'oil', description: 'Thick paint' },
  { label: 'Ink', value: 'ink' },
  { label: 'Chalk', value: 'chalk' },
];

/** A modal with a text that is filled in, a required one, and a select. */
const FORM = new ModalBuilder()
  .setCustomId('edit')
  .setTitle('Edit image')
  .addLabelComponents(
    new LabelBuilder()
      .setLabel('Prompt')
      .setDescription('What the image shows')
      .setTextInputComponent(
        new TextInputBuilder()
          .setCustomId('prompt')
          .setStyle(TextInputStyle.Paragraph)
          .setValue('a red rose')
          .setMaxLength(40),
      ),
    new LabelBuilder()
      .setLabel('Seed')
      .setTextInputComponent(new TextInputBuilder().setCustomId('seed').setStyle(TextInputStyle.Short)),
    new LabelBuilder()
      .setLabel('Style')
      .setStringSelectMenuComponent(new StringSelectMenuBuilder().setCustomId('style').addOptions(STYLES)),
  );

function sampler() {
  const rows = [
    new ButtonBuilder().setCustomId('edit').setLabel('Edit').setStyle(ButtonStyle.Primary),
    new StringSelectMenuBuilder().setCustomId('one').setPlaceholder('Pick a style').addOptions(STYLES),
    new StringSelectMenuBuilder().setCustomId('many').setPlaceholder('Pick styles').setMaxValues(3).addOptions(STYLES),
    new ChannelSelectMenuBuilder().setCustomId('channel').setPlaceholder('Pick a channel').addChannelTypes(0),
    new RoleSelectMenuBuilder().setCustomId('roles').setPlaceholder('Pick roles').setMaxValues(2),
  ];
  return {
    content: 'Pick something: ||a secret||',
    components: rows.map((component) =>
      new ActionRowBuilder<ButtonBuilder | StringSelectMenuBuilder>().addComponents(component as ButtonBuilder),
    ),
  };
}

async function answer(interaction: Interaction): Promise<void> {
  const flags = MessageFlags.Ephemeral;
  if (interaction.isChatInputCommand()) await interaction.reply(sampler());
  else if (interaction.isMessageContextMenuCommand()) {
    await interaction.reply({ content: `Menu of ${interaction.targetMessage.content.slice(0, 4)}`, flags });
  } else if (interaction.isButton()) await interaction.showModal(FORM);
  else if (interaction.isAnySelectMenu()) {
    const { guild } = interaction;
    const names = interaction.values.map(
      (value) => guild?.channels.cache.get(value)?.name ?? guild?.roles.cache.get(value)?.name ?? value,
    );
    await interaction.reply({ content: `Chosen: ${names.join(' and ')}`, flags });
  } else if (interaction.isModalSubmit()) {
    const { fields } = interaction;
    const values = [
      fields.getTextInputValue('prompt'),
      fields.getTextInputValue('seed'),
      ...fields.getStringSelectValues('style'),
    ];
    await interaction.reply(`Submitted: ${values.join(' / ')}`);
  }
}

/** Connects a bot that has everything to fill in. */
async function connect({ discord }: Stack): Promise<void> {
  client = new Client({ intents: ['Guilds'], rest: { api: discord.apiUrl } });
  client.on(Events.InteractionCreate, (interaction) => {
    answer(interaction).catch((error: unknown) => failures.push(error));
  });
  await client.login(discord.token);
  await discord.waitFor(() => client.isReady());
  await client.application?.commands.set([
    new SlashCommandBuilder().setName('sampler').setDescription('Shows everything'),
    new ContextMenuCommandBuilder().setName('Image details').setType(ApplicationCommandType.Message),
  ]);
}

beforeAll(async () => {
  if (hasBrowser) bed = await PageBed.start(connect);
});
afterAll(async () => {
  await client?.destroy();
  await bed?.close();
  expect(failures).toEqual([]);
});

async function openSampler() {
  const page = await bed.open();
  const composer = page.getByRole('combobox', { name: /^Message/ });
  await composer.fill('/sampler ');
  const messages = page.locator('.message', { hasText: 'Pick something' });
  // Earlier tests have left theirs.
  const message = messages.nth(await messages.count());
  await composer.press('Enter');
  await message.waitFor();
  return { page, message };
}

/** Opens a select, chooses and confirms. */
async function choose(message: Locator, select: string, labels: readonly string[]): Promise<void> {
  const list = message.locator('details', { hasText: select });
  await list.getByText(select).click();
  for (const label of labels) await list.getByLabel(label).check();
  await list.getByRole('button', { name: 'Done' }).click();
}

function hasFocus(shown: Locator): Promise<boolean> {
  return shown.evaluate((element) => element.matches(':focus'));
}

describe.skipIf(!hasBrowser)(`forms on the page of the sandbox${skipReason}`, () => {
  it('fills in a modal, whose limits the browser keeps', async () => {
    const { page, message } = await openSampler();
    await message.getByRole('button', { name: 'Edit' }).click();
    const form = page.getByRole('dialog', { name: 'Edit image' });
    const prompt = form.getByLabel('Prompt');
    expect(await prompt.inputValue()).toBe('a red rose');
    await prompt.focus();
    await prompt.press('End');
    await page.keyboard.type(' and far more than the forty characters allowed');
    expect(await prompt.inputValue()).toHaveLength(40);
    await prompt.fill('a blue rose');
    await form.getByLabel('Style').selectOption('Ink');
    await form.getByRole('button', { name: 'Submit' }).click();
    // The seed is required and still empty, so that the form stays open.
    expect(await form.getByLabel('Seed').evaluate((input) => input.matches(':invalid'))).toBe(true);
    await form.getByLabel('Seed').fill('7');
    await page.keyboard.press('Enter');
    await page.getByText('Submitted: a blue rose / 7 / ink').waitFor();
    await form.waitFor({ state: 'detached' });
    expect(await hasFocus(message.getByRole('button', { name: 'Edit' }))).toBe(true);
  });

  it('closes a modal with Escape or Cancel, which gives the focus back, and opens it anew', async () => {
    const { page, message } = await openSampler();
    const edit = message.getByRole('button', { name: 'Edit' });
    const form = page.getByRole('dialog', { name: 'Edit image' });
    const closings = [() => page.keyboard.press('Escape'), () => form.getByRole('button', { name: 'Cancel' }).click()];
    for (const close of closings) {
      await edit.click();
      await form.waitFor();
      await close();
      await form.waitFor({ state: 'detached' });
      expect(await hasFocus(edit)).toBe(true);
    }
  });

  it('opens a select at an arrow key instead of choosing at once', async () => {
    const { page } = await openSampler();
    const member = page.getByLabel('Member');
    await member.focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Escape');
    expect(await member.inputValue()).toBe('alice');
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.getByText('as bob').waitFor();
  });

  it('chooses in selects: one, several, channels of the offered type, roles', async () => {
    const { page, message } = await openSampler();
    await choose(message, 'Pick a style', ['Oil Thick paint']);
    await page.getByText('Chosen: oil').waitFor();
    await choose(message, 'Pick styles', ['Ink', 'Chalk']);
    await page.getByText('Chosen: ink and chalk').waitFor();
    expect(await message.getByLabel('#studio').count()).toBe(0);
    await choose(message, 'Pick a channel', ['#art']);
    await page.getByText('Chosen: art').waitFor();
    await choose(message, 'Pick roles', ['@artists']);
    await page.getByText('Chosen: artists').waitFor();
  });

  it('offers no bot to kill before it has connected', async () => {
    const { page } = await openSampler();
    await page.locator('[data-bot-state="starting"]').waitFor();
    expect(await page.getByRole('button', { name: 'Kill it' }).isDisabled()).toBe(true);
  });

  it('has nothing that axe calls serious or critical in selects, menus and modals', async () => {
    const { page, message } = await openSampler();
    await message.getByText('Pick styles').click();
    await message.getByLabel('Apps').click();
    expect(await seriousFindings(page)).toEqual([]);
    await message.getByRole('button', { name: 'Edit' }).press('Enter');
    await page.getByRole('dialog', { name: 'Edit image' }).waitFor();
    expect(await seriousFindings(page)).toEqual([]);
  });

  it('reveals a spoiler, and uses a command in the menu of a message', async () => {
    const { page, message } = await openSampler();
    const spoiler = message.getByRole('button', { name: 'Spoiler' });
    expect(await message.getByText('a secret').isVisible()).toBe(false);
    await spoiler.press('Enter');
    expect(await message.getByText('a secret').isVisible()).toBe(true);
    await message.getByLabel('Apps').click();
    await message.getByRole('button', { name: 'Image details' }).click();
    await page.getByText('Menu of Pick').waitFor();
    await page.getByRole('button', { name: 'Dismiss message' }).last().click();
    await page.getByText('Menu of Pick').waitFor({ state: 'detached' });
  });
});
