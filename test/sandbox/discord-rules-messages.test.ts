import { expect, it } from 'vitest';
import { checkBody } from '../../sandbox/discord/rules/index.ts';
import { type Rule, testRules, textOf, times } from '../support/discord/rules-table.ts';

const V2 = 32_768;
const button = (customId: string, extra: object = {}) => ({
  type: 2,
  style: 1,
  label: 'Go',
  custom_id: customId,
  ...extra,
});
const rows = (...components: object[]) => ({ components: [{ type: 1, components }] });
const select = (extra: object = {}) => ({
  type: 3,
  custom_id: 'size',
  options: [
    { label: 'A', value: 'a' },
    { label: 'B', value: 'b' },
  ],
  ...extra,
});
const defaultRole = (index: number) => ({ id: `10000000000000000${index}`, type: 'role' });
const embeds = (...list: object[]) => ({ embeds: list });
const files = (...names: string[]) =>
  names.map((filename, index) => ({ field: `files[${index}]`, filename, size: 10 }));
const textDisplay = (content: string) => ({ type: 10, content });

const RULES: Rule[] = [
  {
    rule: 'an unknown key at the top',
    accepted: { content: 'a' },
    refused: { content: 'a', ephemeral: true },
    problem: /^ephemeral: .*no such key/,
  },
  {
    rule: 'an unknown key deep inside',
    accepted: rows(button('a', { emoji: { name: 'x', animated: false } })),
    refused: rows(button('a', { emoji: { name: 'x', size: 1 } })),
    problem: /^components\[0\]\.components\[0\]\.emoji\.size: /,
  },
  {
    rule: 'an unknown component type',
    accepted: rows(button('a')),
    refused: { components: [{ type: 99 }] },
    problem: /^components\[0\]\.type: no such type/,
  },
  {
    rule: 'tts: false is accepted, since discord.js writes it into edits',
    kind: 'webhookMessageEdit',
    accepted: { content: 'a', tts: false },
    refused: { content: 'a', tts: true },
    problem: /^tts: /,
  },
  {
    rule: 'content has 2000 characters',
    accepted: { content: textOf(2_000) },
    refused: { content: textOf(2_001) },
    problem: /^content: .*2000/,
  },
  {
    rule: 'content of an edit by the bot token has 2000 characters',
    kind: 'channelMessageEdit',
    accepted: { content: textOf(2_000) },
    refused: { content: textOf(2_001) },
    problem: /^content: .*2000/,
  },
  {
    rule: 'an empty message is refused',
    accepted: { content: 'a' },
    refused: { content: ' \n', embeds: [], components: [] },
    problem: /empty/,
  },
  {
    rule: 'a file is enough for a message',
    accepted: {},
    refused: {},
    context: { files: files('a.png') },
    refusedContext: {},
    problem: /empty/,
  },
  {
    rule: 'the first edit of a deferred reply shows something',
    kind: 'webhookMessageEdit',
    accepted: { content: 'a' },
    refused: { content: '' },
    context: { deferred: true },
    problem: /empty/,
  },
  {
    rule: 'an edit changes something',
    kind: 'webhookMessageEdit',
    accepted: { components: [] },
    refused: { tts: false, allowed_mentions: { parse: [] } },
    problem: /empty, the edit changes nothing/,
  },
  {
    rule: 'an edit leaves something to show',
    kind: 'channelMessageEdit',
    accepted: { content: '', embeds: [], components: [] },
    refused: { content: '', embeds: [], components: [], attachments: [] },
    problem: /empty, the edit leaves nothing/,
  },

  {
    rule: 'ten embeds',
    accepted: embeds(...times(10, () => ({ title: 'a' }))),
    refused: embeds(...times(11, () => ({ title: 'a' }))),
    problem: /^embeds: /,
  },
  {
    rule: 'an embed title has 256 characters',
    accepted: embeds({ title: textOf(256) }),
    refused: embeds({ title: textOf(257) }),
    problem: /^embeds\[0\]\.title: .*256/,
  },
  {
    rule: 'an embed description has 4096 characters',
    accepted: embeds({ description: textOf(4_096) }),
    refused: embeds({ description: textOf(4_097) }),
    problem: /4096/,
  },
  {
    rule: 'an embed has 25 fields',
    accepted: embeds({ fields: times(25, () => ({ name: 'a', value: 'b' })) }),
    refused: embeds({ fields: times(26, () => ({ name: 'a', value: 'b' })) }),
    problem: /^embeds\[0\]\.fields: .*25/,
  },
  {
    rule: 'an embed field name has 256 characters',
    accepted: embeds({ fields: [{ name: textOf(256), value: 'b' }] }),
    refused: embeds({ fields: [{ name: textOf(257), value: 'b' }] }),
    problem: /name: .*256/,
  },
  {
    rule: 'an embed field value has 1024 characters',
    accepted: embeds({ fields: [{ name: 'a', value: textOf(1_024) }] }),
    refused: embeds({ fields: [{ name: 'a', value: textOf(1_025) }] }),
    problem: /value: .*1024/,
  },
  {
    rule: 'an embed field name is not blank',
    accepted: embeds({ fields: [{ name: 'a', value: 'b' }] }),
    refused: embeds({ fields: [{ name: ' ', value: 'b' }] }),
    problem: /fields\[0\]\.name: required/,
  },
  {
    rule: 'an embed field value is not blank',
    accepted: embeds({ fields: [{ name: 'a', value: 'b' }] }),
    refused: embeds({ fields: [{ name: 'a', value: '' }] }),
    problem: /fields\[0\]\.value: required/,
  },
  {
    rule: 'an embed footer has a text of 2048 characters',
    accepted: embeds({ footer: { text: textOf(2_048) } }),
    refused: embeds({ footer: { text: textOf(2_049) } }),
    problem: /footer\.text: .*2048/,
  },
  {
    rule: 'an embed footer has a text',
    accepted: embeds({ title: 'a', footer: { text: 'a' } }),
    refused: embeds({ title: 'a', footer: {} }),
    problem: /footer\.text: required/,
  },
  {
    rule: 'an embed author has a name of 256 characters',
    accepted: embeds({ author: { name: textOf(256) } }),
    refused: embeds({ author: { name: textOf(257) } }),
    problem: /author\.name: .*256/,
  },
  {
    rule: 'an embed author has a name',
    accepted: embeds({ title: 'a', author: { name: 'a' } }),
    refused: embeds({ title: 'a', author: { url: 'https://example.com' } }),
    problem: /author\.name: required/,
  },
  {
    rule: 'an embed shows something',
    accepted: embeds({ image: { url: 'https://example.com/a.png' } }),
    refused: embeds({ color: 1 }),
    problem: /^embeds\[0\]: the embed is empty/,
  },
  {
    rule: 'an embed links to the web',
    accepted: embeds({ title: 'a', url: 'https://example.com' }),
    refused: embeds({ title: 'a', url: 'ftp://example.com' }),
    problem: /^embeds\[0\]\.url: this kind/,
  },
  {
    rule: 'all embeds of a message have 6000 characters',
    accepted: embeds({ description: textOf(3_000) }, { title: 'ab', description: textOf(2_998) }),
    refused: embeds({ description: textOf(3_000) }, { title: 'abc', description: textOf(2_998) }),
    problem: /^embeds: 6001 characters/,
  },
  {
    rule: 'names, values, footers and authors count towards the 6000',
    accepted: embeds(
      { description: textOf(4_000) },
      {
        fields: [{ name: textOf(10), value: textOf(990) }],
        footer: { text: textOf(900) },
        author: { name: textOf(100) },
      },
    ),
    refused: embeds(
      { description: textOf(4_000) },
      {
        fields: [{ name: textOf(10), value: textOf(990) }],
        footer: { text: textOf(901) },
        author: { name: textOf(100) },
      },
    ),
    problem: /6001/,
  },
  {
    rule: 'an embed image names an uploaded file',
    accepted: embeds({ image: { url: 'attachment://a.png' } }),
    refused: embeds({ image: { url: 'attachment://b.png' } }),
    context: { files: files('a.png') },
    problem: /image\.url: no uploaded file is named b\.png/,
  },
  {
    rule: 'an embed image has a plain name',
    accepted: embeds({ image: { url: 'attachment://a-1_b.png' } }),
    refused: embeds({ image: { url: 'attachment://ü.png' } }),
    context: { files: files('a-1_b.png', 'ü.png') },
    problem: /must consist of letters/,
  },
  {
    rule: 'an edit can show a file that it keeps',
    kind: 'webhookMessageEdit',
    accepted: embeds({ image: { url: 'attachment://a.png' } }),
    refused: { ...embeds({ image: { url: 'attachment://a.png' } }), attachments: [] },
    context: { currentAttachments: [{ id: '100000000000000020', filename: 'a.png' }] },
    problem: /no uploaded file is named a\.png/,
  },

  {
    rule: 'five rows',
    accepted: { components: times(5, (index) => rows(button(`b${index}`)).components[0]) },
    refused: { components: times(6, (index) => rows(button(`b${index}`)).components[0]) },
    problem: /^components: 6 rows/,
  },
  {
    rule: 'five buttons in a row',
    accepted: rows(...times(5, (index) => button(`b${index}`))),
    refused: rows(...times(6, (index) => button(`b${index}`))),
    problem: /^components\[0\]\.components: /,
  },
  {
    rule: 'one select in a row',
    accepted: rows(select()),
    refused: rows(select(), select({ custom_id: 'other' })),
    problem: /5 buttons or one select/,
  },
  {
    rule: 'no select beside a button',
    accepted: rows(button('a')),
    refused: rows(button('a'), select()),
    problem: /5 buttons or one select/,
  },
  {
    rule: 'custom_ids are unique, also of disabled buttons',
    accepted: rows(button('a'), button('b')),
    refused: rows(button('a'), button('a', { disabled: true })),
    problem: /components\[1\]\.custom_id: a is used twice/,
  },
  {
    rule: 'ids of components are unique',
    accepted: rows(button('a', { id: 1 }), button('b', { id: 2 })),
    refused: rows(button('a', { id: 1 }), button('b', { id: 1 })),
    problem: /components\[1\]\.id: 1 is used twice/,
  },
  {
    rule: 'a custom_id has 100 characters',
    accepted: rows(button(textOf(100))),
    refused: rows(button(textOf(101))),
    problem: /custom_id: .*100/,
  },
  {
    rule: 'a custom_id is not empty',
    accepted: rows(button('a')),
    refused: rows(button('')),
    problem: /custom_id: /,
  },
  {
    rule: 'a label has 80 characters',
    accepted: rows(button('a', { label: textOf(80) })),
    refused: rows(button('a', { label: textOf(81) })),
    problem: /label: .*80/,
  },
  {
    rule: 'a button has a label or an emoji',
    accepted: rows({ type: 2, style: 1, custom_id: 'a', emoji: { name: 'x' } }),
    refused: rows({ type: 2, style: 1, custom_id: 'a' }),
    problem: /label: a button needs a label/,
  },
  {
    rule: 'a button has a custom_id',
    accepted: rows(button('a')),
    refused: rows({ type: 2, style: 1, label: 'a' }),
    problem: /custom_id: this button style needs it/,
  },
  {
    rule: 'a link button has a url',
    accepted: rows({ type: 2, style: 5, label: 'a', url: 'https://example.com' }),
    refused: rows({ type: 2, style: 5, label: 'a' }),
    problem: /url: this button style needs it/,
  },
  {
    rule: 'a link button has no custom_id',
    accepted: rows({ type: 2, style: 5, label: 'a', url: 'https://example.com' }),
    refused: rows({ type: 2, style: 5, label: 'a', url: 'https://example.com', custom_id: 'a' }),
    problem: /custom_id: this button style excludes it/,
  },
  {
    rule: 'another button has no url',
    accepted: rows(button('a')),
    refused: rows(button('a', { url: 'https://example.com' })),
    problem: /url: this button style excludes it/,
  },
  {
    rule: 'a link button opens the web or the app',
    accepted: rows({ type: 2, style: 5, label: 'a', url: 'discord://a' }),
    refused: rows({ type: 2, style: 5, label: 'a', url: 'file:///a' }),
    problem: /url: only http/,
  },
  {
    rule: 'a premium button has only a product',
    accepted: rows({ type: 2, style: 6, sku_id: '100000000000000030' }),
    refused: rows({ type: 2, style: 6, sku_id: '100000000000000030', label: 'Buy' }),
    problem: /label: this button style excludes it/,
  },
  {
    rule: 'a select has 25 options',
    accepted: rows(select({ options: times(25, (index) => ({ label: 'a', value: `${index}` })) })),
    refused: rows(select({ options: times(26, (index) => ({ label: 'a', value: `${index}` })) })),
    problem: /options: .*25/,
  },
  {
    rule: 'a select has an option',
    accepted: rows(select()),
    refused: rows(select({ options: [] })),
    problem: /options: /,
  },
  {
    rule: 'the values of a select are unique',
    accepted: rows(select()),
    refused: rows(
      select({
        options: [
          { label: 'A', value: 'a' },
          { label: 'B', value: 'a' },
        ],
      }),
    ),
    problem: /options: a value is used twice/,
  },
  {
    rule: 'min_values is at most max_values',
    accepted: rows(select({ min_values: 1, max_values: 2 })),
    refused: rows(select({ min_values: 2 })),
    problem: /min_values: more than max_values/,
  },
  {
    rule: 'a select has at least as many options as can be chosen',
    accepted: rows(select({ max_values: 2 })),
    refused: rows(select({ max_values: 3 })),
    problem: /options: fewer than/,
  },
  {
    rule: 'a select has at most as many defaults as can be chosen',
    accepted: rows(select({ options: [{ label: 'A', value: 'a', default: true }] })),
    refused: rows(
      select({
        options: [
          { label: 'A', value: 'a', default: true },
          { label: 'B', value: 'b', default: true },
        ],
      }),
    ),
    problem: /more defaults than max_values/,
  },

  {
    rule: 'a select label has 100 characters',
    accepted: rows(select({ options: [{ label: textOf(100), value: 'a' }] })),
    refused: rows(select({ options: [{ label: textOf(101), value: 'a' }] })),
    problem: /options\[0\]\.label: .*100/,
  },
  {
    rule: 'a select value has 100 characters',
    accepted: rows(select({ options: [{ label: 'A', value: textOf(100) }] })),
    refused: rows(select({ options: [{ label: 'A', value: textOf(101) }] })),
    problem: /options\[0\]\.value: .*100/,
  },
  {
    rule: 'a select description has 100 characters',
    accepted: rows(select({ options: [{ label: 'A', value: 'a', description: textOf(100) }] })),
    refused: rows(select({ options: [{ label: 'A', value: 'a', description: textOf(101) }] })),
    problem: /options\[0\]\.description: .*100/,
  },
  {
    rule: 'a placeholder has 150 characters',
    accepted: rows(select({ placeholder: textOf(150) })),
    refused: rows(select({ placeholder: textOf(151) })),
    problem: /placeholder: .*150/,
  },
  {
    rule: 'at most 25 roles are chosen',
    accepted: rows({ type: 6, custom_id: 'role', max_values: 25 }),
    refused: rows({ type: 6, custom_id: 'role', max_values: 26 }),
    problem: /max_values: .*25/,
  },
  {
    rule: 'a role select has at most as many defaults as can be chosen',
    accepted: rows({ type: 6, custom_id: 'role', default_values: times(1, defaultRole) }),
    refused: rows({ type: 6, custom_id: 'role', default_values: times(2, defaultRole) }),
    problem: /default_values: 2, but 1 to 1 can be chosen/,
  },
  {
    rule: 'the custom_ids of all rows are unique',
    accepted: { components: [...rows(button('a')).components, ...rows(select()).components] },
    refused: { components: [...rows(button('size')).components, ...rows(select()).components] },
    problem: /components\[1\]\.components\[0\]\.custom_id: size is used twice/,
  },
  {
    rule: 'a row is not empty',
    accepted: rows(button('a')),
    refused: rows(),
    problem: /components\[0\]\.components: /,
  },

  {
    rule: 'the new components need the flag',
    accepted: { flags: V2, components: [textDisplay('a')] },
    refused: { components: [textDisplay('a')] },
    problem: /components\[0\]\.type: only with the flag/,
  },
  {
    rule: 'content excludes the flag',
    accepted: { flags: V2, components: [textDisplay('a')] },
    refused: { flags: V2, content: 'a', components: [textDisplay('a')] },
    problem: /^content: not together/,
  },
  {
    rule: 'embeds exclude the flag',
    accepted: { flags: V2, components: [textDisplay('a')] },
    refused: { flags: V2, embeds: [{ title: 'a' }], components: [textDisplay('a')] },
    problem: /^embeds: not together/,
  },
  {
    rule: 'an edit of a message with the flag has no content',
    kind: 'channelMessageEdit',
    accepted: { content: 'a' },
    refused: { content: 'a' },
    context: {},
    refusedContext: { currentFlags: V2 },
    problem: /^content: not together/,
  },
  {
    rule: 'the flag cannot be removed',
    kind: 'channelMessageEdit',
    accepted: { flags: V2 | 4 },
    refused: { flags: 4 },
    context: { currentFlags: V2 },
    problem: /^flags: IS_COMPONENTS_V2 cannot be removed/,
  },
  {
    rule: '40 components, nested ones included',
    accepted: { flags: V2, components: [{ type: 17, components: times(39, () => textDisplay('a')) }] },
    refused: { flags: V2, components: [{ type: 17, components: times(39, () => textDisplay('a')) }, textDisplay('a')] },
    problem: /41 components/,
  },
  {
    rule: '4000 characters of text in all components',
    accepted: { flags: V2, components: [textDisplay(textOf(2_000)), textDisplay(textOf(2_000))] },
    refused: { flags: V2, components: [textDisplay(textOf(2_000)), textDisplay(textOf(2_001))] },
    problem: /4001 characters/,
  },
  {
    rule: 'a gallery names an uploaded file',
    accepted: { flags: V2, components: [{ type: 12, items: [{ media: { url: 'attachment://a.png' } }] }] },
    refused: { flags: V2, components: [{ type: 12, items: [{ media: { url: 'attachment://b.png' } }] }] },
    context: { files: files('a.png') },
    problem: /items\[0\]\.media\.url: no uploaded file/,
  },
  {
    rule: 'custom_ids are unique across sections too',
    accepted: {
      flags: V2,
      components: [
        { type: 9, components: [textDisplay('a')], accessory: button('a') },
        rows(button('b')).components[0],
      ],
    },
    refused: {
      flags: V2,
      components: [
        { type: 9, components: [textDisplay('a')], accessory: button('a') },
        rows(button('a')).components[0],
      ],
    },
    problem: /custom_id: a is used twice/,
  },

  {
    rule: 'a channel message is never ephemeral',
    accepted: { content: 'a', flags: 4_096 },
    refused: { content: 'a', flags: 64 },
    problem: /^flags: the bits 64/,
  },
  {
    rule: 'a follow-up may be ephemeral, but not a crosspost',
    kind: 'webhookMessageCreate',
    accepted: { content: 'a', flags: 64 },
    refused: { content: 'a', flags: 1 },
    problem: /^flags: the bits 1 /,
  },
  {
    rule: 'an edit cannot make a message ephemeral',
    kind: 'webhookMessageEdit',
    accepted: { content: 'a', flags: 4 },
    refused: { content: 'a', flags: 64 },
    problem: /^flags: the bits 64/,
  },
  {
    rule: 'an edit can repeat the current flags',
    kind: 'webhookMessageEdit',
    accepted: { content: 'a', flags: 64 },
    refused: { content: 'a', flags: 64 },
    context: { currentFlags: 64 },
    refusedContext: { currentFlags: 0 },
    problem: /^flags: the bits 64/,
  },
  {
    rule: 'flags are an integer',
    accepted: { content: 'a', flags: 0 },
    refused: { content: 'a', flags: 0.5 },
    problem: /^flags: must be an integer/,
  },

  {
    rule: 'is_spoiler is true or false',
    accepted: { attachments: [{ id: '0', is_spoiler: true }] },
    refused: { attachments: [{ id: '0', is_spoiler: 'true' }] },
    context: { files: files('a.png') },
    problem: /attachments\[0\]\.is_spoiler: /,
  },
  {
    rule: 'is_spoiler is for edits too',
    kind: 'webhookMessageEdit',
    accepted: { attachments: [{ id: '0', is_spoiler: true }] },
    refused: { attachments: [{ id: '0', spoiler: true }] },
    context: { files: files('a.png') },
    problem: /attachments\[0\]\.spoiler: .*no such key/,
  },
  {
    rule: 'a description has 1024 characters',
    accepted: { attachments: [{ id: '0', description: textOf(1_024) }] },
    refused: { attachments: [{ id: '0', description: textOf(1_025) }] },
    context: { files: files('a.png') },
    problem: /description: .*1024/,
  },
  {
    rule: 'an attachment of a new message is a file part',
    accepted: { attachments: [{ id: '0' }] },
    refused: { attachments: [{ id: '1' }] },
    context: { files: files('a.png') },
    problem: /attachments\[0\]\.id: no file part/,
  },
  {
    rule: 'an edit can keep an existing attachment',
    kind: 'webhookMessageEdit',
    accepted: { attachments: [{ id: '100000000000000020' }] },
    refused: { attachments: [{ id: '100000000000000021' }] },
    context: { currentAttachments: [{ id: '100000000000000020', filename: 'a.png' }] },
    problem: /attachments\[0\]\.id: no file part and no attachment/,
  },
  {
    rule: 'an attachment is listed once',
    kind: 'webhookMessageEdit',
    accepted: { attachments: [{ id: '0' }] },
    refused: { attachments: [{ id: '0' }, { id: '0' }] },
    context: { files: files('a.png') },
    problem: /listed twice/,
  },
  {
    rule: 'an edit lists each new file',
    kind: 'webhookMessageEdit',
    accepted: { attachments: [{ id: '0' }, { id: '1' }] },
    refused: { attachments: [{ id: '0' }] },
    context: { files: files('a.png', 'b.png') },
    problem: /files\[1\]: the file is not listed/,
  },
  {
    rule: 'ten files including those that an edit keeps',
    kind: 'webhookMessageEdit',
    accepted: { content: 'a' },
    refused: { content: 'a' },
    context: {
      files: files('a.png'),
      currentAttachments: times(9, (index) => ({ id: `10000000000000002${index}`, filename: `${index}.png` })),
    },
    refusedContext: {
      files: files('a.png', 'b.png'),
      currentAttachments: times(9, (index) => ({ id: `10000000000000002${index}`, filename: `${index}.png` })),
    },
    problem: /9 attachments are kept and 2 come/,
  },
  {
    rule: 'file parts are named files[n]',
    accepted: {},
    refused: {},
    context: { files: files('a.png') },
    refusedContext: { files: [{ field: 'file', filename: 'a.png', size: 1 }] },
    problem: /^file: a file part is named/,
  },

  {
    rule: 'mentions of users are allowed by kind or by ids',
    accepted: { content: 'a', allowed_mentions: { parse: ['roles'], users: ['100000000000000002'] } },
    refused: { content: 'a', allowed_mentions: { parse: ['users'], users: ['100000000000000002'] } },
    problem: /^allowed_mentions: "users"/,
  },
  {
    rule: 'mentions of roles are allowed by kind or by ids',
    accepted: { content: 'a', allowed_mentions: { parse: ['users'], roles: ['100000000000000002'] } },
    refused: { content: 'a', allowed_mentions: { parse: ['roles'], roles: ['100000000000000002'] } },
    problem: /^allowed_mentions: "roles"/,
  },
  {
    rule: '100 users are allowed',
    accepted: { content: 'a', allowed_mentions: { users: times(100, (index) => `${index + 1}`) } },
    refused: { content: 'a', allowed_mentions: { users: times(101, (index) => `${index + 1}`) } },
    problem: /allowed_mentions\.users: .*100/,
  },
  {
    rule: "allowed mentions have Discord's names",
    accepted: { content: 'a', allowed_mentions: { parse: ['everyone'] } },
    refused: { content: 'a', allowed_mentions: { parse: ['here'] } },
    problem: /allowed_mentions\.parse\[0\]/,
  },
  {
    rule: 'a nonce has 25 characters',
    accepted: { content: 'a', nonce: textOf(25), enforce_nonce: true },
    refused: { content: 'a', nonce: textOf(26) },
    problem: /^nonce: .*25/,
  },
  {
    rule: 'a nonce is an integer or a string',
    accepted: { content: 'a', nonce: 7 },
    refused: { content: 'a', nonce: 7.5 },
    problem: /^nonce: must be an integer/,
  },
  {
    rule: 'enforce_nonce needs a nonce',
    accepted: { content: 'a', nonce: '1', enforce_nonce: true },
    refused: { content: 'a', enforce_nonce: true },
    problem: /^enforce_nonce: needs a nonce/,
  },
  {
    rule: 'a nonce is not for follow-ups',
    kind: 'webhookMessageCreate',
    accepted: { content: 'a', enforce_nonce: false },
    refused: { content: 'a', nonce: '1' },
    problem: /^nonce: .*no such key/,
  },
  {
    rule: 'a follow-up cannot change the name of its author',
    kind: 'webhookMessageCreate',
    accepted: { content: 'a' },
    refused: { content: 'a', username: 'Other' },
    problem: /^username: not for the messages of an interaction/,
  },
  {
    rule: 'a direct message channel names its recipient',
    kind: 'createDm',
    accepted: { recipient_id: '100000000000000002' },
    refused: {},
    problem: /^recipient_id: required/,
  },
];

testRules(RULES, 'channelMessageCreate');

it('accepts ten files', () => {
  const parts = times(11, (index) => ({ field: `files[${index % 10}]`, filename: 'a.png', size: 1 }));
  expect(checkBody('channelMessageCreate', {}, { files: parts.slice(0, 10) })).toEqual([]);
  expect(checkBody('channelMessageCreate', {}, { files: parts })).toEqual([
    'files: two parts have the same name',
    'files: 11 files, at most 10',
  ]);
});

it('refuses a body that is not an object', () => {
  expect(checkBody('channelMessageCreate', 'text')).toEqual([expect.stringMatching(/^body: .*expected object/)]);
  expect(checkBody('channelMessageCreate', null)).toHaveLength(1);
  expect(checkBody('callback', undefined)).toEqual(['type: Discord has no such callback']);
});
