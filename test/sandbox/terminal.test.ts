import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { TypedCommand } from '../../sandbox/terminal/command-path.ts';
import { complete } from '../../sandbox/terminal/complete.ts';
import { type Directory, namesToIds, namesToKnownIds } from '../../sandbox/terminal/directory.ts';
import { parseFlags } from '../../sandbox/terminal/parse-flags.ts';
import { parseLine } from '../../sandbox/terminal/parse-line.ts';

const STRING = 3;
const INTEGER = 4;
const BOOLEAN = 5;
const SUBCOMMAND = 1;
const GROUP = 2;
const USER = 6;
const CHANNEL = 7;
const ROLE = 8;
const MENTIONABLE = 9;

const COMMANDS: readonly TypedCommand[] = [
  {
    name: 'timeless',
    options: [
      { type: STRING, name: 'prompt', required: true },
      { type: STRING, name: 'negative_prompt' },
      {
        type: STRING,
        name: 'scheduler',
        choices: [
          { name: 'Euler', value: 'Euler' },
          { name: 'Euler a', value: 'Euler a' },
        ],
      },
      { type: INTEGER, name: 'width', autocomplete: true },
      { type: INTEGER, name: 'samples' },
      { type: BOOLEAN, name: 'private' },
    ],
  },
  {
    name: 'timeless-config',
    options: [
      { type: SUBCOMMAND, name: 'show' },
      {
        type: SUBCOMMAND,
        name: 'limit',
        options: [
          { type: INTEGER, name: 'images' },
          { type: ROLE, name: 'role' },
        ],
      },
      {
        type: GROUP,
        name: 'channels',
        options: [{ type: SUBCOMMAND, name: 'allow', options: [{ type: CHANNEL, name: 'channel' }] }],
      },
      {
        type: SUBCOMMAND,
        name: 'block',
        options: [
          { type: USER, name: 'member' },
          { type: MENTIONABLE, name: 'whom' },
          { type: CHANNEL, name: 'text', channel_types: [0] },
        ],
      },
    ],
  },
];

/** Commands in the menus of messages. */
const MENUS: readonly TypedCommand[] = [
  { type: 3, name: 'Image details' },
  { type: 3, name: 'timeless-menu' },
];

const DIRECTORY: Directory = {
  users: [
    { id: '111111111111111111', name: '@alice' },
    { id: '222222222222222222', name: '@bob' },
  ],
  roles: [
    { id: '333333333333333333', name: '@everyone' },
    { id: '444444444444444444', name: '@artists' },
  ],
  channels: [
    { id: '555555555555555555', name: '#art', type: 0 },
    { id: '666666666666666666', name: '#general', type: 0 },
    { id: '777777777777777777', name: '#studio', type: 4 },
  ],
};
const WORDS = {
  users: ['alice', 'bob'],
  directory: DIRECTORY,
  buttons: ['Reroll', 'New seed'],
  choices: ['Page 1', 'Page 2'],
  form: {
    name: 'submit',
    options: [
      { type: STRING, name: 'prompt' },
      {
        type: STRING,
        name: 'steps',
        choices: [
          { name: '30', value: 'a' },
          { name: '40', value: 'b' },
        ],
      },
    ],
  },
};

function parse(text: string) {
  return parseLine(text, [...COMMANDS, ...MENUS]);
}

function options(text: string) {
  const line = parse(`/timeless ${text}`);
  return line.kind === 'command' ? line.options : line;
}

describe('a slash command in the terminal', () => {
  test.each([
    ['prompt:a red rose samples:2', { prompt: 'a red rose', samples: '2' }],
    ['samples:2 prompt:a red rose', { prompt: 'a red rose', samples: '2' }],
    ['prompt:"a red rose" samples:2', { prompt: 'a red rose', samples: '2' }],
    ['prompt: a red rose  ', { prompt: 'a red rose' }],
    ['prompt:oil, style:baroque (sci-fi:1.4) samples:2', { prompt: 'oil, style:baroque (sci-fi:1.4)', samples: '2' }],
    ['prompt:"the option samples:3 is text" samples:2', { prompt: 'the option samples:3 is text', samples: '2' }],
    ['prompt:"say \\"hello\\" \\\\"', { prompt: 'say "hello" \\' }],
    ['prompt:"hello" she said samples:2', { prompt: '"hello" she said', samples: '2' }],
    ['prompt:"open samples:2', { prompt: '"open', samples: '2' }],
    ['prompt:negative_prompt samples:2', { prompt: 'negative_prompt', samples: '2' }],
    ['negative_prompt:blur prompt:rose', { negative_prompt: 'blur', prompt: 'rose' }],
    ['prompt: samples:2', { prompt: '', samples: '2' }],
    ['', {}],
  ])('is parsed: %j', (text, expected) => {
    expect(options(text)).toEqual(expected);
  });

  test.each([
    ['/nope prompt:x', 'there is no command /nope; known are /timeless, /timeless-config'],
    ['/', 'there is no command /; known are /timeless, /timeless-config'],
    [
      '/timeless a red rose',
      '"a" isn\'t an option; known are prompt: negative_prompt: scheduler: width: samples: private:',
    ],
    ['/timeless prompt:a samples:1 samples:2', 'samples: is given twice'],
    ['/timeless-config', '/timeless-config needs one of: show, limit, channels, block'],
    ['/timeless-config channels', '/timeless-config needs one of: allow'],
    ['/timeless-config nothing x:1', '/timeless-config needs one of: show, limit, channels, block'],
  ])('with a mistake is refused with an explanation: %j', (text, problem) => {
    expect(parse(text)).toEqual({ kind: 'problem', text: problem });
  });

  test.each([
    ['/timeless-config show', { subcommand: 'show' }, {}],
    ['/timeless-config limit images:5', { subcommand: 'limit' }, { images: '5' }],
    ['/timeless-config channels allow channel:art', { group: 'channels', subcommand: 'allow' }, { channel: 'art' }],
  ])('can have a subcommand: %j', (text, path, expected) => {
    expect(parse(text)).toEqual({ kind: 'command', name: 'timeless-config', path, options: expected });
  });

  test('keeps any text in quotes unchanged', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.nat(), (prompt, samples) => {
        const quoted = prompt.replace(/[\\"]/g, '\\$&');
        expect(options(`prompt:"${quoted}" samples:${samples}`)).toEqual({ prompt, samples: String(samples) });
      }),
    );
  });

  test('keeps any text without quotes unchanged, unless an option begins in it', () => {
    const words = fc.array(fc.stringMatching(/^[a-z(),.!:]{1,8}$/), { minLength: 1 }).map((parts) => parts.join(' '));
    const harmless = words.filter(
      (text) => !/(^| )(prompt|negative_prompt|scheduler|width|samples|private):/.test(text),
    );
    fc.assert(
      fc.property(harmless, (prompt) => {
        expect(options(`prompt:${prompt} samples:1`)).toEqual({ prompt, samples: '1' });
      }),
    );
  });
});

test.each([
  ['', { kind: 'nothing' }],
  ['help', { kind: 'help' }],
  ['picture', { kind: 'picture', nth: 1 }],
  ['picture 3', { kind: 'picture', nth: 3 }],
  ['picture x', { kind: 'problem', text: 'which message? Try: picture 2' }],
  ['log', { kind: 'log' }],
  ['kill', { kind: 'kill' }],
  ['start', { kind: 'start' }],
  ['quit', { kind: 'quit' }],
  ['exit', { kind: 'quit' }],
  ['as bob', { kind: 'as', user: 'bob' }],
  ['as @bob', { kind: 'as', user: 'bob' }],
  ['in #art', { kind: 'in', place: 'art' }],
  ['in art', { kind: 'in', place: 'art' }],
  ['dm', { kind: 'in', place: 'dm' }],
  ['in dm', { kind: 'in', place: 'dm' }],
  ['press Reroll', { kind: 'press', label: 'Reroll', nth: 1 }],
  ['press New seed 2', { kind: 'press', label: 'New seed', nth: 2 }],
  ['Reroll', { kind: 'press', label: 'Reroll', nth: 1 }],
  ['New seed 12', { kind: 'press', label: 'New seed', nth: 12 }],
  ['choose Page 2', { kind: 'choose', text: 'Page 2' }],
  ['choose', { kind: 'problem', text: 'what? Try: choose Page 2' }],
  ['menu Image details', { kind: 'menu', name: 'Image details', nth: 1 }],
  ['menu image DETAILS 3', { kind: 'menu', name: 'Image details', nth: 3 }],
  ['menu', { kind: 'problem', text: 'which menu command? Known are Image details, timeless-menu' }],
  ['menu timeless', { kind: 'problem', text: 'which menu command? Known are Image details, timeless-menu' }],
  ['submit', { kind: 'submit', text: '' }],
  ['submit  prompt:two  spaces', { kind: 'submit', text: 'prompt:two  spaces' }],
  [
    '/timeless-menu',
    { kind: 'problem', text: 'there is no command /timeless-menu; known are /timeless, /timeless-config' },
  ],
  ['as', { kind: 'problem', text: 'which member? Try: as bob' }],
  ['in', { kind: 'problem', text: 'which channel? Try: in #art' }],
  ['press', { kind: 'problem', text: 'which button? Try: press Reroll' }],
])('the line %j', (text, expected) => {
  expect(parse(text)).toEqual(expected);
});

describe('Tab', () => {
  const UNUSED = ['negative_prompt:', 'scheduler:', 'width:', 'samples:', 'private:'];

  test.each([
    ['/', '/', ['/timeless ', '/timeless-config ']],
    ['/timeless-', '/timeless-', ['/timeless-config ']],
    ['/timeless-config ', '', ['show ', 'limit ', 'channels ', 'block ']],
    ['/timeless-config ch', 'ch', ['channels ']],
    ['/timeless-config channels a', 'a', ['allow ']],
    ['/timeless-config limit ', '', ['images:', 'role:']],
    ['/timeless-config limit role:', '', ['@everyone ', '@artists ']],
    ['/timeless-config limit role:@a', '@a', ['@artists ']],
    ['/timeless-config limit role:a', 'a', ['artists ']],
    ['/timeless-config limit role:@artists im', 'im', ['images:']],
    ['/timeless-config channels allow channel:', '', ['#art ', '#general ', '#studio ']],
    ['/timeless-config channels allow channel:#S', '#S', ['#studio ']],
    ['/timeless-config block member:@', '@', ['@alice ', '@bob ']],
    ['/timeless-config block whom:@a', '@a', ['@alice ', '@artists ']],
    ['/timeless-config block text:#', '#', ['#art ', '#general ']],
    ['/timeless ', '', ['prompt:', ...UNUSED]],
    ['/timeless p', 'p', ['prompt:', 'private:']],
    ['/timeless prompt:a red ros', 'ros', []],
    ['/timeless prompt:a red rose ', '', UNUSED],
    ['/timeless prompt:a red rose sa', 'sa', ['samples:']],
    ['/timeless prompt:', 'prompt:', []],
    ['/timeless prompt:x scheduler:', '', ['Euler ', 'Euler a ']],
    ['/timeless prompt:x scheduler:Euler a', 'Euler a', ['Euler a ']],
    ['/timeless prompt:x scheduler:Euler sam', 'sam', ['samples:']],
    ['/timeless prompt:x private:t', 't', ['true ']],
    ['as ', '', ['alice', 'bob']],
    ['in #a', '#a', ['#art']],
    ['in ', '', ['#art', '#general', 'dm']],
    ['pic', 'pic', ['picture']],
    ['press n', 'n', ['New seed']],
    ['Rer', 'Rer', ['Reroll']],
    ['choose p', 'p', ['Page 1', 'Page 2']],
    ['menu i', 'i', ['Image details']],
    ['submit ', '', ['prompt:', 'steps:']],
    ['submit prompt:a rose steps:', '', ['30 ', '40 ']],
    ['qu', 'qu', ['quit']],
    ['fail no', 'no', ['no-credits']],
    ['sl', 'sl', ['slow']],
  ])('after %j', (line, fragment, candidates) => {
    const completion = complete(line, [...COMMANDS, ...MENUS], WORDS);
    expect([completion.fragment, completion.candidates.map(({ text }) => text)]).toEqual([fragment, candidates]);
  });

  test('asks the bot about an option with autocomplete', () => {
    expect(complete('/timeless prompt:a red rose width:10', COMMANDS, WORDS)).toMatchObject({
      fragment: '10',
      candidates: [],
      ask: {
        command: 'timeless',
        path: {},
        option: 'width',
        value: '10',
        others: { prompt: 'a red rose' },
      },
    });
  });

  test('offers the next option after such a value', () => {
    expect(complete('/timeless width:1024 sam', COMMANDS, WORDS).candidates).toMatchObject([{ text: 'samples:' }]);
  });
});

describe('names in a command', () => {
  const DEFINITIONS = [
    { type: USER, name: 'member' },
    { type: ROLE, name: 'role' },
    { type: CHANNEL, name: 'channel' },
    { type: MENTIONABLE, name: 'whom' },
    { type: CHANNEL, name: 'text', channel_types: [0] },
    { type: STRING, name: 'reason' },
  ];

  test.each([
    [{ member: '@bob' }, { member: '222222222222222222' }],
    [{ member: 'Bob' }, { member: '222222222222222222' }],
    [{ member: '<@111111111111111111>' }, { member: '111111111111111111' }],
    [{ member: '123456789012345678' }, { member: '123456789012345678' }],
    [{ role: '@artists' }, { role: '444444444444444444' }],
    [{ role: 'everyone' }, { role: '333333333333333333' }],
    [{ whom: '@artists' }, { whom: '444444444444444444' }],
    [{ whom: '@alice' }, { whom: '111111111111111111' }],
    [{ channel: '#art' }, { channel: '555555555555555555' }],
    [{ channel: 'studio' }, { channel: '777777777777777777' }],
    [{ channel: '<#666666666666666666>' }, { channel: '666666666666666666' }],
    [{ reason: '@bob' }, { reason: '@bob' }],
    [{ unknown: '@bob' }, { unknown: '@bob' }],
  ])('are replaced by ids: %j become %j', (options, expected) => {
    expect(namesToIds(options, DEFINITIONS, DIRECTORY)).toEqual(expected);
  });

  test.each([
    [{ member: '@artists' }, 'member: there is no @artists; known are @alice, @bob'],
    [{ role: '@bob' }, 'role: there is no @bob; known are @everyone, @artists'],
    [{ text: '#studio' }, 'text: there is no #studio; known are #art, #general'],
  ])('that are unknown are refused: %j', (options, message) => {
    expect(() => namesToIds(options, DEFINITIONS, DIRECTORY)).toThrow(message);
    expect(namesToKnownIds(options, DEFINITIONS, DIRECTORY)).toEqual(options);
  });
});

describe('command line flags', () => {
  const NONE = { once: undefined, as: undefined, in: undefined, out: 'sandbox-output', watch: false, help: false };

  test.each([
    { args: [], ...NONE },
    { args: ['--help'], ...NONE, watch: false, help: true },
    {
      args: ['--once', '/timeless prompt:x', '--out', 'pictures'],
      ...NONE,
      once: '/timeless prompt:x',
      out: 'pictures',
    },
    {
      args: ['--once', '/timeless-config view', '--as', 'moderator', '--in', '#art'],
      ...NONE,
      once: '/timeless-config view',
      as: 'moderator',
      in: '#art',
    },
  ])('$args are parsed', ({ args, ...expected }) => {
    expect(parseFlags(args)).toEqual(expected);
  });

  test.each([
    { args: ['--bogus'], word: '--bogus' },
    { args: ['--once'], word: '--once' },
    { args: ['--once', 'hello'], word: '--once' },
    { args: ['--out', ''], word: '--out' },
    { args: ['--as', 'bob'], word: '--as' },
    { args: ['--in', '#art'], word: '--in' },
    { args: ['extra'], word: 'extra' },
  ])('$args are refused with one line that names the mistake', ({ args, word }) => {
    const flags = parseFlags(args);
    const problem = 'problem' in flags ? flags.problem : '';
    expect(problem).toContain(word);
    expect(problem).not.toContain('\n');
  });
});
