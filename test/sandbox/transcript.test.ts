import { expect, test } from 'vitest';
import type { Message, Names } from '../../sandbox/discord/index.ts';
import { messageHeader, messageLines } from '../../sandbox/terminal/transcript.ts';

const NAMES: Names = {
  user: (id) => (id === '7' ? 'alice' : 'nobody'),
  role: (id) => (id === '8' ? 'artists' : '@everyone'),
  channel: () => 'art',
  nowMs: 1_000_000_000,
};

function messageOf(parts: Partial<Message>): Message {
  return {
    id: '1',
    channelId: '2',
    author: { id: '3', username: 'timeless', globalName: 'Timeless', bot: true },
    createdAtMs: 0,
    content: '',
    embeds: [],
    components: [],
    attachments: [],
    embedded: [],
    flags: 0,
    thinking: false,
    deleted: false,
    edits: 0,
    history: [],
    mentions: [],
    ...parts,
  };
}

test('shows content, embed and buttons line by line', () => {
  const message = messageOf({
    content: 'Here it is',
    embeds: [
      {
        title: 'Done',
        description: 'a red rose\n\nin bloom',
        fields: [
          { name: 'Seed', value: '7' },
          { name: 'Steps', value: '30' },
        ],
        footer: { text: 'Rendered in 4.0 s' },
      },
    ],
    components: [
      {
        type: 1,
        components: [
          { type: 2, style: 1, custom_id: 'a', label: 'Reroll' },
          { type: 2, style: 2, custom_id: 'b', label: 'New seed', disabled: true },
        ],
      },
    ],
  });
  expect(messageLines(message, NAMES)).toEqual([
    'Here it is',
    '** Done **',
    'a red rose',
    'in bloom',
    'Seed: 7 · Steps: 30',
    'Rendered in 4.0 s',
    '[Reroll] (New seed)',
  ]);
});

test.each([
  ['for <@7>', 'for @alice'],
  ['since <t:999995:R>', 'since 5 s ago'],
  ['until <t:1000300:R>', 'until in 5 min'],
  ['for <t:1014400:R>', 'for in 4 h'],
  ['until <t:1259200:R>', 'until in 3 d'],
  ['opens <t:1792540800:f>', 'opens 21 October 2026 at 00:00'],
  ['at <t:1792540800>', 'at 21 October 2026 at 00:00'],
  ['at <t:1792540800:t>', 'at 00:00'],
  ['<@&8> and <@&9> in <#5>', '@artists and @everyone in #art'],
  ['\\*not bold\\* snake\\_case', '*not bold* snake_case'],
])('renders %j as a client does', (content, line) => {
  expect(messageLines(messageOf({ content }), NAMES)).toEqual([line]);
});

test('wraps short fields into lines, and puts each field with several lines on its own', () => {
  const short = Array.from({ length: 12 }, (_, index) => ({ name: `Field ${index}`, value: 'a value' }));
  const fields = [...short.slice(0, 10), { name: 'List', value: 'one\ntwo' }, ...short.slice(10)];
  const lines = messageLines(messageOf({ embeds: [{ fields }] }), NAMES);
  expect(lines.every((line) => line.length <= 110)).toBe(true);
  expect(lines.slice(-5)).toEqual([
    expect.stringMatching(/^Field \d: a value · .* · Field 9: a value$/),
    'List:',
    '  one',
    '  two',
    'Field 10: a value · Field 11: a value',
  ]);
});

test('shows select menus, links, the image of an embed, and one line per row', () => {
  const message = messageOf({
    embeds: [{ image: { url: 'http://127.0.0.1:1/attachments/1/2/usage.png?ex=1' } }],
    components: [
      { type: 1, components: [{ type: 2, style: 5, url: 'https://example.com', label: 'Jump' }] },
      {
        type: 1,
        components: [
          {
            type: 3,
            custom_id: 'a',
            placeholder: 'How long?',
            options: [
              { label: '1 hour', value: '1' },
              { label: 'For good', value: '2' },
            ],
          },
        ],
      },
      { type: 1, components: [{ type: 6, custom_id: 'b', placeholder: 'Whom?', disabled: true }] },
    ],
  });
  expect(messageLines(message, NAMES)).toEqual([
    '(image usage.png)',
    '[Jump -> https://example.com]',
    '<How long?: 1 hour | For good>',
    '(Whom?: roles)',
  ]);
});

test('shows who sees an ephemeral message, and whether a message is thinking or deleted', () => {
  expect(messageHeader(messageOf({}), NAMES)).toBe('Timeless');
  expect(messageHeader(messageOf({ ephemeralFor: '7' }), NAMES)).toBe('Timeless (only alice sees this)');
  expect(messageLines(messageOf({ thinking: true }), NAMES)).toEqual(['is thinking...']);
  expect(messageLines(messageOf({ deleted: true }), NAMES)).toEqual(['(deleted)']);
});
