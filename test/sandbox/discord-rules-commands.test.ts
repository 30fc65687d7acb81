import { expect, it } from 'vitest';
import { checkBody } from '../../sandbox/discord/rules/index.ts';
import { type Rule, testRules, textOf, times } from '../support/discord/rules-table.ts';

const command = (extra: object = {}) => ({ name: 'timeless', description: 'Paints', ...extra });
const option = (extra: object = {}) => ({ type: 3, name: 'prompt', description: 'What to paint', ...extra });
const withOptions = (...options: object[]) => command({ options });
const optionNamed = (name: string) => withOptions(option({ name }));
const choices = (count: number) => times(count, (index) => ({ name: `${index}`, value: `${index}` }));
const longChoices = (count: number) =>
  times(count, (index) => ({ name: textOf(98) + String(10 + index), value: textOf(100) }));
/** A command with this many characters by Discord's count, most of them in 39 choices of 200. */
const commandOf = (characters: number, extra: object = {}) => {
  const rest = characters - 39 * 200 - 'timeless'.length - 'Paints'.length - 'a'.length - 'b'.length;
  return {
    ...withOptions(
      option({ name: 'a', description: textOf(100), choices: longChoices(25) }),
      option({ name: 'b', description: textOf(rest - 100), choices: longChoices(14) }),
    ),
    ...extra,
  };
};
const subcommand = (name: string, ...options: object[]) => ({ type: 1, name, description: name, options });
const group = (name: string, ...options: object[]) => ({ type: 2, name, description: name, options });
/** Options of 99 characters each. */
const wideOptions = (count: number) => times(count, (index) => option({ name: `o${index}`, description: textOf(97) }));
/** A command with this many characters by Discord's count, nearly all of them in options of subcommands of a group. */
const nestedCommandOf = (characters: number) => {
  const full = times(15, (index) => subcommand(`s${10 + index}`, ...wideOptions(5)));
  const counted = 'timelessPaints'.length + 'gg'.length + 15 * (6 + 5 * 99) + 'yy'.length + 4 * 99 + 'z'.length;
  const last = option({ name: 'z', description: textOf(characters - counted) });
  return withOptions(group('g', ...full, subcommand('y', ...wideOptions(4), last)));
};
const translations = { description_localizations: { de: 'Malt', fr: 'Peindre' } };

const RULES: Rule[] = [
  {
    rule: 'an unknown key',
    accepted: command(),
    refused: command({ permissions: [] }),
    problem: /^permissions: .*no such key/,
  },
  {
    rule: 'an unknown key of an option',
    accepted: withOptions(option({ min_length: 1 })),
    refused: withOptions(option({ min_value: 1 })),
    problem: /^options\[0\]\.min_value: /,
  },
  {
    rule: 'permissions are a string of digits',
    accepted: command({ default_member_permissions: '1099511627776' }),
    refused: command({ default_member_permissions: 32 }),
    problem: /^default_member_permissions: /,
  },
  {
    rule: 'a name is lower case',
    accepted: command({ name: 'zeit-los_2' }),
    refused: command({ name: 'Timeless' }),
    problem: /^name: up to 32 lower-case/,
  },
  {
    rule: 'a name has no spaces',
    accepted: command({ name: 'वक्त' }),
    refused: command({ name: 'time less' }),
    problem: /^name: up to 32/,
  },
  {
    rule: 'a name has 32 characters',
    accepted: command({ name: textOf(32) }),
    refused: command({ name: textOf(33) }),
    problem: /^name: .*32/,
  },
  {
    rule: 'a translated name follows the same pattern',
    accepted: command({ name_localizations: { de: 'zeitlos' } }),
    refused: command({ name_localizations: { de: 'zeit los' } }),
    problem: /^name_localizations\.de: up to 32/,
  },
  {
    rule: 'a translation is for a locale of Discord',
    accepted: command({ description_localizations: { 'pt-BR': 'a' } }),
    refused: command({ description_localizations: { pt: 'a' } }),
    problem: /^description_localizations\.pt: Discord has no such locale/,
  },
  {
    rule: 'an option name is lower case',
    accepted: optionNamed('negative_prompt'),
    refused: optionNamed('negativePrompt'),
    problem: /^options\[0\]\.name: up to 32/,
  },
  {
    rule: 'a description is required',
    accepted: command(),
    refused: { name: 'timeless' },
    problem: /^description: required/,
  },
  {
    rule: 'a description is not empty',
    accepted: command(),
    refused: command({ description: '' }),
    problem: /^description: required/,
  },
  {
    rule: 'a description has 100 characters',
    accepted: command({ description: textOf(100) }),
    refused: command({ description: textOf(101) }),
    problem: /^description: .*100/,
  },
  {
    rule: 'a PATCH can omit the description',
    kind: 'commandEdit',
    accepted: { name: 'timeless' },
    refused: { description: '' },
    problem: /^description: required/,
  },
  {
    rule: 'an option has a description',
    accepted: withOptions(option()),
    refused: withOptions(option({ description: '' })),
    problem: /^options\[0\]\.description: /,
  },
  {
    rule: 'a menu command has no description',
    accepted: { type: 3, name: 'Paint This' },
    refused: { type: 3, name: 'Paint This', description: 'a' },
    problem: /^description: only slash commands/,
  },
  {
    rule: 'a menu command has no translated description',
    accepted: { type: 3, name: 'Paint This', name_localizations: { de: 'Das malen' } },
    refused: { type: 3, name: 'Paint This', description_localizations: { de: 'a' } },
    problem: /^description_localizations: only slash commands/,
  },
  {
    rule: 'the name of a menu command has 1 to 32 characters',
    accepted: { type: 3, name: `Paint ${'T'.repeat(26)}` },
    refused: { type: 3, name: `Paint ${'T'.repeat(27)}` },
    problem: /^name: .*32/,
  },
  {
    rule: 'a menu command has no options',
    accepted: { type: 2, name: 'Paint This' },
    refused: { type: 2, name: 'Paint This', options: [option()] },
    problem: /^options: only slash commands/,
  },
  {
    rule: '25 options',
    accepted: withOptions(...times(25, (index) => option({ name: `o${index}` }))),
    refused: withOptions(...times(26, (index) => option({ name: `o${index}` }))),
    problem: /^options: .*25/,
  },
  {
    rule: 'option names are unique',
    accepted: withOptions(option(), option({ name: 'b' })),
    refused: withOptions(option(), option()),
    problem: /^options: two options have the same name/,
  },
  {
    rule: 'required options come first',
    accepted: withOptions(option({ required: true }), option({ name: 'b' })),
    refused: withOptions(option(), option({ name: 'b', required: true })),
    problem: /^options\[1\]\.required: required options come before/,
  },
  {
    rule: 'required options come first in subcommands too',
    accepted: withOptions({
      type: 1,
      name: 'a',
      description: 'a',
      options: [option({ required: true }), option({ name: 'b' })],
    }),
    refused: withOptions({
      type: 1,
      name: 'a',
      description: 'a',
      options: [option(), option({ name: 'b', required: true })],
    }),
    problem: /^options\[0\]\.options\[1\]\.required: /,
  },
  {
    rule: 'subcommands are not mixed with options',
    accepted: withOptions({ type: 1, name: 'a', description: 'a' }),
    refused: withOptions({ type: 1, name: 'a', description: 'a' }, option()),
    problem: /^options: subcommands and other options/,
  },
  {
    rule: 'subcommands and groups can be mixed',
    accepted: withOptions(subcommand('a'), group('b', subcommand('c'))),
    refused: withOptions(group('b', subcommand('c')), option()),
    problem: /^options: subcommands and other options/,
  },
  {
    rule: '25 subcommands',
    accepted: withOptions(...times(25, (index) => subcommand(`s${index}`))),
    refused: withOptions(...times(26, (index) => subcommand(`s${index}`))),
    problem: /^options: .*25/,
  },
  {
    rule: '25 subcommands in a group',
    accepted: withOptions(group('a', ...times(25, (index) => subcommand(`s${index}`)))),
    refused: withOptions(group('a', ...times(26, (index) => subcommand(`s${index}`)))),
    problem: /^options\[0\]\.options: .*25/,
  },
  {
    rule: '25 options in a subcommand of a group',
    accepted: withOptions(group('a', subcommand('b', ...times(25, (index) => option({ name: `o${index}` }))))),
    refused: withOptions(group('a', subcommand('b', ...times(26, (index) => option({ name: `o${index}` }))))),
    problem: /^options\[0\]\.options\[0\]\.options: .*25/,
  },
  {
    rule: 'a group holds no options',
    accepted: withOptions(group('a', subcommand('b'))),
    refused: withOptions(group('a', option())),
    problem: /^options\[0\]\.options\[0\]\.type: /,
  },
  {
    rule: 'a subcommand holds no subcommands',
    accepted: withOptions(subcommand('a', option())),
    refused: withOptions(subcommand('a', subcommand('b'))),
    problem: /^options\[0\]\.options\[0\]\.type: no such type here/,
  },
  {
    rule: 'a group has a subcommand',
    accepted: withOptions(group('a', subcommand('b'))),
    refused: withOptions(group('a')),
    problem: /^options\[0\]\.options: a group needs a subcommand/,
  },
  {
    rule: 'a subcommand is never required',
    accepted: withOptions({ ...subcommand('a'), required: false }),
    refused: withOptions({ ...subcommand('a'), required: true }),
    problem: /^options\[0\]\.required: not for subcommands/,
  },
  {
    rule: 'the names in a group are unique',
    accepted: withOptions(group('a', subcommand('b')), group('c', subcommand('b'))),
    refused: withOptions(group('a', subcommand('b'), subcommand('b'))),
    problem: /^options\[0\]\.options: two options have the same name/,
  },
  {
    rule: 'only channel options have channel types',
    accepted: withOptions(option({ type: 7, channel_types: [0, 4] })),
    refused: withOptions(option({ type: 8, channel_types: [0] })),
    problem: /^options\[0\]\.channel_types: .*no such key/,
  },
  {
    rule: 'permissions are a decimal number',
    accepted: command({ default_member_permissions: '0' }),
    refused: command({ default_member_permissions: '0x8' }),
    problem: /^default_member_permissions: /,
  },
  {
    rule: '25 choices',
    accepted: withOptions(option({ choices: choices(25) })),
    refused: withOptions(option({ choices: choices(26) })),
    problem: /^options\[0\]\.choices: .*25/,
  },
  {
    rule: 'a choice name has 100 characters',
    accepted: withOptions(option({ choices: [{ name: textOf(100), value: 'a' }] })),
    refused: withOptions(option({ choices: [{ name: textOf(101), value: 'a' }] })),
    problem: /choices\[0\]\.name: .*100/,
  },
  {
    rule: 'a choice value has 100 characters',
    accepted: withOptions(option({ choices: [{ name: 'a', value: textOf(100) }] })),
    refused: withOptions(option({ choices: [{ name: 'a', value: textOf(101) }] })),
    problem: /choices\[0\]\.value: .*100/,
  },
  {
    rule: 'choice names are unique',
    accepted: withOptions(option({ choices: choices(2) })),
    refused: withOptions(
      option({
        choices: [
          { name: 'a', value: 'a' },
          { name: 'a', value: 'b' },
        ],
      }),
    ),
    problem: /choices: two choices have the same name/,
  },
  {
    rule: 'a choice is translated for a locale of Discord',
    accepted: withOptions(option({ choices: [{ name: 'a', value: 'a', name_localizations: { de: 'ä' } }] })),
    refused: withOptions(option({ choices: [{ name: 'a', value: 'a', name_localizations: { xx: 'ä' } }] })),
    problem: /choices\[0\]\.name_localizations\.xx: /,
  },
  {
    rule: 'choices and autocomplete exclude each other',
    accepted: withOptions(option({ autocomplete: true, choices: [] })),
    refused: withOptions(option({ autocomplete: true, choices: choices(1) })),
    problem: /choices and autocomplete exclude/,
  },
  {
    rule: 'min_value is at most max_value',
    accepted: withOptions(option({ type: 4, min_value: 512, max_value: 512 })),
    refused: withOptions(option({ type: 4, min_value: 513, max_value: 512 })),
    problem: /min_value: more than the maximum, 512/,
  },
  {
    rule: 'min_length is at most max_length',
    accepted: withOptions(option({ min_length: 1, max_length: 1 })),
    refused: withOptions(option({ min_length: 2, max_length: 1 })),
    problem: /min_length: more than the maximum, 1/,
  },
  {
    rule: 'max_length is at most 6000',
    accepted: withOptions(option({ max_length: 6_000 })),
    refused: withOptions(option({ max_length: 6_001 })),
    problem: /max_length: .*6000/,
  },
  {
    rule: 'an integer option has whole numbers',
    accepted: withOptions(option({ type: 10, min_value: 0.5 })),
    refused: withOptions(option({ type: 4, min_value: 0.5 })),
    problem: /an integer option has whole numbers/,
  },
  {
    rule: 'an integer option stays within 2^53 - 1',
    accepted: withOptions(option({ type: 4, max_value: Number.MAX_SAFE_INTEGER })),
    refused: withOptions(option({ type: 4, max_value: 2 ** 53 })),
    problem: /max_value: /,
  },
  {
    rule: '8000 characters in all',
    accepted: commandOf(8_000),
    refused: commandOf(8_001),
    problem: /^name: 8001 characters/,
  },
  {
    rule: '8000 characters including nested options',
    accepted: nestedCommandOf(8_000),
    refused: nestedCommandOf(8_001),
    problem: /^name: 8001 characters/,
  },
  {
    rule: '8000 characters for each command of a list',
    kind: 'commands',
    accepted: [commandOf(8_000), { ...nestedCommandOf(8_000), name: 'timelesz' }],
    refused: [command({ name: 'other' }), nestedCommandOf(8_001)],
    problem: /^\[1\]\.name: 8001 characters/,
  },
  {
    rule: 'the longest translation counts, once',
    accepted: commandOf(7_999, translations),
    refused: commandOf(8_000, translations),
    problem: /^name: 8001 characters/,
  },
  {
    rule: 'contexts are unique',
    accepted: command({ contexts: [0, 1] }),
    refused: command({ contexts: [0, 0] }),
    problem: /^contexts: one is listed twice/,
  },
  {
    rule: 'private channels need an installation by the user',
    accepted: command({ contexts: [2], integration_types: [0, 1] }),
    refused: command({ contexts: [2], integration_types: [0] }),
    problem: /^contexts: private channels need/,
  },
  {
    rule: 'a context is one of three',
    accepted: command({ contexts: [1] }),
    refused: command({ contexts: [3] }),
    problem: /^contexts\[0\]: /,
  },
  {
    rule: 'the names in a list are unique',
    kind: 'commands',
    accepted: [command(), { type: 3, name: 'timeless' }],
    refused: [command(), command()],
    problem: /^body: two commands of type 1/,
  },
  {
    rule: '100 slash commands',
    kind: 'commands',
    accepted: times(100, (index) => command({ name: `c${index}` })),
    refused: times(101, (index) => command({ name: `c${index}` })),
    problem: /^body: 101 commands of type 1/,
  },
  {
    rule: '15 message commands',
    kind: 'commands',
    accepted: times(15, (index) => ({ type: 3, name: `c${index}` })),
    refused: times(16, (index) => ({ type: 3, name: `c${index}` })),
    problem: /^body: 16 commands of type 3/,
  },
  {
    rule: 'one Entry Point command',
    kind: 'commands',
    accepted: [command(), { type: 4, name: 'launch', handler: 2, description: 'Opens it' }],
    refused: times(2, (index) => ({ type: 4, name: `launch${index}`, handler: 2 })),
    problem: /^body: 2 commands of type 4/,
  },
  {
    rule: 'an Entry Point command needs a handler',
    accepted: { type: 4, name: 'launch', handler: 1 },
    refused: { type: 4, name: 'launch' },
    problem: /^handler: required/,
  },
  {
    rule: 'only an Entry Point command has a handler',
    accepted: command(),
    refused: command({ handler: 1 }),
    problem: /^handler: only an Entry Point/,
  },
  {
    rule: 'a problem in a list has the index of its command',
    kind: 'commands',
    accepted: [command()],
    refused: [command(), command({ name: 'B' })],
    problem: /^\[1\]\.name: /,
  },
];

testRules(RULES, 'command');

it('accepts only a list for the bulk PUT', () => {
  expect(checkBody('commands', [])).toEqual([]);
  expect(checkBody('commands', command())).toEqual([expect.stringMatching(/^body: .*expected array/)]);
});
