import { ActionRowBuilder, ButtonBuilder, ButtonStyle, EmbedBuilder, SlashCommandBuilder } from 'discord.js';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { checkBody } from '../../sandbox/discord/rules/index.ts';

const text = (maxLength: number) =>
  fc
    .string({ minLength: 1, maxLength, unit: 'binary' })
    .filter((value) => value.trim() !== '' && value.length <= maxLength);

const embed = fc
  .record({
    title: text(256),
    description: text(1_000),
    name: text(256),
    value: text(500),
    color: fc.integer({ min: 0, max: 0xffffff }),
  })
  .map(({ title, description, name, value, color }) =>
    new EmbedBuilder().setTitle(title).setDescription(description).setColor(color).addFields({ name, value }).toJSON(),
  );

const rows = fc
  .uniqueArray(fc.record({ customId: text(100), label: text(80) }), {
    maxLength: 25,
    selector: ({ customId }) => customId,
  })
  .map((buttons) =>
    Array.from({ length: Math.ceil(buttons.length / 5) }, (_, index) =>
      new ActionRowBuilder<ButtonBuilder>()
        .addComponents(
          buttons
            .slice(index * 5, index * 5 + 5)
            .map(({ customId, label }) =>
              new ButtonBuilder().setCustomId(customId).setLabel(label).setStyle(ButtonStyle.Secondary),
            ),
        )
        .toJSON(),
    ),
  );

const message = fc.record({
  content: text(2_000),
  embeds: fc.array(embed, { maxLength: 2 }),
  components: rows,
  descriptions: fc.array(text(1_024), { maxLength: 10 }),
});

function toBody({ descriptions, ...parts }: { descriptions: string[] }) {
  const attachments = descriptions.map((description, index) => ({ id: String(index), description }));
  const files = descriptions.map((_, index) => ({ field: `files[${index}]`, filename: `image-${index}.png`, size: 1 }));
  return { body: { ...parts, attachments, tts: false, enforce_nonce: false }, context: { files } };
}

it('accepts every message within the limits, on creation and on edit', () => {
  fc.assert(
    fc.property(message, (parts) => {
      const { body, context } = toBody(parts);
      expect(checkBody('channelMessageCreate', body, context)).toEqual([]);
      expect(checkBody('webhookMessageCreate', body, context)).toEqual([]);
      expect(checkBody('webhookMessageEdit', body, context)).toEqual([]);
      expect(checkBody('channelMessageEdit', body, context)).toEqual([]);
      expect(checkBody('callback', { type: 4, data: body }, context)).toEqual([]);
    }),
  );
});

it('refuses an unknown key at every depth', () => {
  fc.assert(
    fc.property(message, fc.nat(), (parts, seed) => {
      const { body, context } = toBody(parts);
      const spoiled = structuredClone(body);
      const objects = listObjects(spoiled);
      Object.assign(objects[seed % objects.length] ?? {}, { unknown_key: 1 });
      expect(checkBody('channelMessageCreate', spoiled, context)).toEqual([
        expect.stringMatching(/unknown_key: .*no such key/),
      ]);
    }),
  );
});

it('accepts every command of the builder with names and lengths within the limits', () => {
  const name = fc.string({
    minLength: 1,
    maxLength: 32,
    unit: fc.constantFrom(...'abcdefghijklmnopqrstuvwxyz0123456789_-äß漢'),
  });
  const options = fc.uniqueArray(fc.record({ name, description: text(100), required: fc.boolean() }), {
    maxLength: 25,
    selector: (option) => option.name,
  });
  fc.assert(
    fc.property(name, text(100), options, (commandName, description, list) => {
      const command = new SlashCommandBuilder().setName(commandName).setDescription(description);
      for (const option of list.toSorted((a, b) => Number(b.required) - Number(a.required))) {
        command.addStringOption((builder) =>
          builder.setName(option.name).setDescription(option.description).setRequired(option.required),
        );
      }
      expect(checkBody('commands', overTheWire([command.toJSON()]))).toEqual([]);
    }),
  );
});

it('never throws, whatever the JSON is', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (json) => {
      for (const kind of [
        'commands',
        'command',
        'callback',
        'webhookMessageEdit',
        'channelMessageCreate',
        'createDm',
      ] as const) {
        expect(Array.isArray(checkBody(kind, json))).toBe(true);
      }
    }),
  );
});

/** The builders set some keys to undefined, which JSON drops. */
function overTheWire(body: unknown): unknown {
  return JSON.parse(JSON.stringify(body));
}

function listObjects(value: unknown): object[] {
  if (typeof value !== 'object' || value === null) return [];
  const inside = Object.values(value).flatMap(listObjects);
  return Array.isArray(value) ? inside : [value, ...inside];
}
