import { expect, test } from 'vitest';
import type { Message } from '../../sandbox/discord/index.ts';
import { messageHeader, messageLines } from '../../sandbox/terminal/transcript.ts';

const NAMES = { user: (id: string) => (id === '7' ? 'alice' : 'nobody'), nowMs: 1_000_000_000 };

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
  ['\\*not bold\\* snake\\_case', '*not bold* snake_case'],
])('reads %j as a client shows it', (content, line) => {
  expect(messageLines(messageOf({ content }), NAMES)).toEqual([line]);
});

test('says who alone sees a message, and when it is in work or gone', () => {
  expect(messageHeader(messageOf({}), NAMES)).toBe('Timeless');
  expect(messageHeader(messageOf({ ephemeralFor: '7' }), NAMES)).toBe('Timeless (only alice sees this)');
  expect(messageLines(messageOf({ thinking: true }), NAMES)).toEqual(['is thinking...']);
  expect(messageLines(messageOf({ deleted: true }), NAMES)).toEqual(['(deleted)']);
});
