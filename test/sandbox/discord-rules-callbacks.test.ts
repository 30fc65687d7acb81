import { describe, expect, it } from 'vitest';
import { checkBody } from '../../sandbox/discord/rules/index.ts';
import { type Rule, testRules, textOf, times } from '../support/discord/rules-table.ts';

const input = (customId: string, extra: object = {}) => ({ type: 4, custom_id: customId, style: 1, ...extra });
const label = (customId: string, extra: object = {}) => ({
  type: 18,
  label: 'Prompt',
  component: input(customId, extra),
});
const modal = (components: object[], extra: object = {}) => ({
  type: 9,
  data: { custom_id: 'edit', title: 'Edit', components, ...extra },
});
const selectLabel = (extra: object) => ({
  type: 18,
  label: 'Size',
  component: {
    type: 3,
    custom_id: 'size',
    options: [
      { label: 'A', value: 'a' },
      { label: 'B', value: 'b' },
    ],
    ...extra,
  },
});
const autocomplete = (choices: object[]) => ({ type: 8, data: { choices } });
const choice = (index: number) => ({ name: `${index}`, value: index });

const RULES: Rule[] = [
  {
    rule: 'EPHEMERAL is the only flag of a defer',
    accepted: { type: 5, data: { flags: 64 } },
    refused: { type: 5, data: { flags: 64 | 32_768 } },
    problem: /^data\.flags: the bits 32768/,
  },
  {
    rule: 'a defer has no content',
    accepted: { type: 5 },
    refused: { type: 5, data: { content: 'a' } },
    problem: /^data\.content: a defer has only flags/,
  },
  {
    rule: 'a deferred update has no data',
    accepted: { type: 6 },
    refused: { type: 6, data: { content: 'a' } },
    problem: /^data\.content: a deferred update/,
  },
  {
    rule: 'a reply has data',
    accepted: { type: 4, data: { content: 'a', flags: 64 } },
    refused: { type: 4 },
    problem: /^data: required/,
  },
  {
    rule: 'a reply shows something',
    accepted: { type: 4, data: { content: 'a' } },
    refused: { type: 4, data: {} },
    problem: /^data\.body: empty/,
  },
  {
    rule: 'a reply follows the rules of messages',
    accepted: { type: 4, data: { embeds: [{ title: 'a' }] } },
    refused: { type: 4, data: { embeds: [{}] } },
    problem: /^data\.embeds\[0\]: the embed is empty/,
  },
  {
    rule: 'an unknown key beside type and data',
    accepted: { type: 6 },
    refused: { type: 6, flags: 64 },
    problem: /^flags: .*no such key/,
  },
  {
    rule: 'an update follows the rules of edits',
    accepted: { type: 7, data: { components: [] } },
    refused: { type: 7, data: { content: 'a', flags: 64 } },
    problem: /^data\.flags: the bits 64/,
  },
  {
    rule: 'the deprecated type 10 is refused',
    accepted: { type: 5 },
    refused: { type: 10 },
    problem: /^type: Discord has no such callback/,
  },

  {
    rule: 'an update needs a message, which the modal of a command lacks',
    accepted: { type: 6 },
    refused: { type: 6 },
    context: { interactionType: 5, interactionHasMessage: true },
    refusedContext: { interactionType: 5, interactionHasMessage: false },
    problem: /^type: 6 needs a message/,
  },

  {
    rule: '25 autocomplete choices',
    accepted: autocomplete(times(25, choice)),
    refused: autocomplete(times(26, choice)),
    problem: /^data\.choices: .*25/,
  },
  {
    rule: 'autocomplete choices can be empty, but not missing',
    accepted: autocomplete([]),
    refused: { type: 8, data: {} },
    problem: /^data\.choices: required/,
  },
  {
    rule: 'an autocomplete name has 100 characters',
    accepted: autocomplete([{ name: textOf(100), value: 1 }]),
    refused: autocomplete([{ name: textOf(101), value: 1 }]),
    problem: /^data\.choices\[0\]\.name: .*100/,
  },
  {
    rule: 'an autocomplete value is a whole number for such an option',
    accepted: autocomplete([choice(1)]),
    refused: autocomplete([{ name: 'a', value: 1.5 }]),
    context: { focusedOptionType: 4 },
    problem: /^data\.choices\[0\]\.value: number 1\.5, for an option of type 4/,
  },
  {
    rule: 'an autocomplete value is a number for such an option',
    accepted: autocomplete([{ name: 'a', value: 1.5 }]),
    refused: autocomplete([{ name: 'a', value: '1.5' }]),
    context: { focusedOptionType: 10 },
    problem: /^data\.choices\[0\]\.value: string 1\.5, for an option of type 10/,
  },
  {
    rule: 'an autocomplete value is text for such an option',
    accepted: autocomplete([{ name: 'a', value: '1' }]),
    refused: autocomplete([choice(1)]),
    context: { focusedOptionType: 3 },
    problem: /^data\.choices\[0\]\.value: number 1, for an option of type 3/,
  },
  {
    rule: 'an autocomplete value has 100 characters',
    accepted: autocomplete([{ name: 'a', value: textOf(100) }]),
    refused: autocomplete([{ name: 'a', value: textOf(101) }]),
    problem: /^data\.choices\[0\]\.value: .*100/,
  },

  {
    rule: 'a modal has at most five top-level components',
    accepted: modal(times(5, (index) => label(`${index}`))),
    refused: modal(times(6, (index) => label(`${index}`))),
    problem: /^data\.components: 6 components/,
  },
  {
    rule: 'the custom_ids of a modal are unique',
    accepted: modal([label('a'), label('b')]),
    refused: modal([label('a'), label('a')]),
    problem: /component\.custom_id: a is used twice/,
  },
  {
    rule: 'a modal title has 45 characters',
    accepted: modal([label('a')], { title: textOf(45) }),
    refused: modal([label('a')], { title: textOf(46) }),
    problem: /^data\.title: .*45/,
  },
  {
    rule: 'a row of a modal holds one text input',
    accepted: modal([{ type: 1, components: [input('a', { label: 'A' })] }]),
    refused: modal([{ type: 1, components: [input('a', { label: 'A' }), input('b', { label: 'B' })] }]),
    problem: /one text input/,
  },
  {
    rule: 'a text input in a row has a label',
    accepted: modal([{ type: 1, components: [input('a', { label: 'A' })] }]),
    refused: modal([{ type: 1, components: [input('a')] }]),
    problem: /components\[0\]\.label: required/,
  },
  {
    rule: 'a text input in a Label has no label of its own',
    accepted: modal([label('a')]),
    refused: modal([label('a', { label: 'A' })]),
    problem: /component\.label: the text belongs into the Label/,
  },
  {
    rule: 'min_length of a text input is at most max_length',
    accepted: modal([label('a', { min_length: 2, max_length: 2 })]),
    refused: modal([label('a', { min_length: 3, max_length: 2 })]),
    problem: /min_length: more than max_length/,
  },
  {
    rule: 'the value of a text input is within its limits',
    accepted: modal([label('a', { max_length: 2, value: 'ab' })]),
    refused: modal([label('a', { max_length: 2, value: 'abc' })]),
    problem: /value: shorter or longer/,
  },
  {
    rule: 'no component in a modal is disabled',
    accepted: modal([selectLabel({ disabled: false })]),
    refused: modal([selectLabel({ disabled: true })]),
    problem: /disabled: not in a modal/,
  },
  {
    rule: 'min_values 0 needs required: false',
    accepted: modal([selectLabel({ min_values: 0, required: false })]),
    refused: modal([selectLabel({ min_values: 0 })]),
    problem: /min_values: 0 needs/,
  },
  {
    rule: 'a modal has no button',
    accepted: modal([{ type: 10, content: 'a' }, label('a')]),
    refused: modal([{ type: 2, style: 1, custom_id: 'a', label: 'A' }]),
    problem: /components\[0\]\.type: no such type/,
  },
];

testRules(RULES, 'callback');

const ANSWERS: Record<number, object> = {
  1: { type: 1 },
  4: { type: 4, data: { content: 'a' } },
  5: { type: 5 },
  6: { type: 6 },
  7: { type: 7, data: { content: 'a' } },
  8: autocomplete([]),
  9: modal([label('a')]),
  12: { type: 12 },
};

describe('each type of interaction accepts only certain callback types', () => {
  it.each([
    [1, 'a ping', [1]],
    [2, 'a command', [4, 5, 9, 12]],
    [3, 'a component', [4, 5, 6, 7, 9, 12]],
    [4, 'autocomplete', [8]],
    [5, 'a modal submit', [4, 5, 6, 7, 12]],
  ] as const)('type %i, %s', (interactionType, _name, allowed) => {
    const fine = Object.keys(ANSWERS)
      .map(Number)
      .filter((type) => checkBody('callback', ANSWERS[type], { interactionType }).length === 0);
    expect(fine).toEqual(allowed);
  });
});
