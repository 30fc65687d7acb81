import { describe, expect, it } from 'vitest';
import { choicesOf } from '../../../sandbox/page/client/views/choices-of.ts';
import { fieldRows } from '../../../sandbox/page/client/views/field-rows.ts';
import { listActivity } from '../../../sandbox/page/server/activity.ts';
import { describeOption } from '../../../sandbox/page/server/describe-option.ts';

describe('fields of an embed', () => {
  it.each([
    ['iii', ['iii']],
    ['iiii', ['iii', 'i']],
    ['iwii', ['i', 'w', 'ii']],
    ['ww', ['w', 'w']],
    ['', []],
  ])('%s (i: inline) are put into rows %j', (given, rows) => {
    const fields = [...given].map((name) => ({ name, value: '', inline: name === 'i' }));
    expect(fieldRows(fields).map((row) => row.map(({ name }) => name).join(''))).toEqual(rows);
  });
});

describe('a select', () => {
  const directory = {
    users: [{ id: '1', name: '@bob' }],
    roles: [{ id: '2', name: '@artists' }],
    channels: [
      { id: '3', name: '#art', type: 0 },
      { id: '4', name: '#studio', type: 4 },
    ],
  };
  it.each([
    [{ type: 5 }, ['@bob']],
    [{ type: 6 }, ['@artists']],
    [{ type: 7 }, ['@bob', '@artists']],
    [{ type: 8 }, ['#art', '#studio']],
    [{ type: 8, channel_types: [0] }, ['#art']],
    [{ type: 3, options: [{ label: 'One', value: '1' }] }, ['One']],
  ])('%j offers %j', (select, labels) => {
    expect(choicesOf(select, { directory }).map(({ label }) => label)).toEqual(labels);
  });

  it('has its defaults chosen', () => {
    const select = { type: 6, default_values: [{ id: '2' }] };
    expect(choicesOf(select, { directory })).toEqual([{ value: '2', label: '@artists', isDefault: true }]);
  });
});

it.each([
  [{ type: 3, name: 'a', description: 'A.' }, 'a: A.'],
  [{ type: 4, name: 'a', description: 'A.', required: true, min_value: 1, max_value: 4 }, 'a: A. (required, 1 to 4)'],
  [{ type: 3, name: 'a', description: 'A.', max_length: 9 }, 'a: A. (up to 9 characters)'],
  [{ type: 4, name: 'a', description: 'A.', min_value: 0 }, 'a: A. (from 0)'],
])('the option %j is described', (option, expected) => {
  expect(describeOption(option)).toBe(expected);
});

it('lists requests without their tokens', () => {
  const request = { query: {}, body: {}, files: [], authorization: false };
  const requests = [
    { ...request, atMs: 1, method: 'POST', path: '/interactions/1/secret/callback', status: 204 },
    { ...request, atMs: 3, method: 'PATCH', path: '/webhooks/1/secret/messages/@original', status: 200 },
    { ...request, atMs: 2, method: 'POST', path: '/channels/5/messages', status: 0 },
  ];
  expect(listActivity({ interactions: [], requests })).toEqual([
    { atMs: 1, kind: 'callback', text: 'POST /callback', status: 204 },
    { atMs: 2, kind: 'message', text: 'POST /channels/5/messages', status: 0 },
    { atMs: 3, kind: 'edit', text: 'PATCH /webhooks/messages/@original', status: 200 },
  ]);
});
