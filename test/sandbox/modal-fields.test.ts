import type { APIModalInteractionResponseCallbackData } from 'discord.js';
import { expect, it } from 'vitest';
import { fillModal } from '../../sandbox/discord/modal-fields.ts';

/** Fills in a modal with one field, `it`. */
function fill(component: object, value?: string | string[]): unknown {
  const components = [{ type: 18, label: 'It', component: { custom_id: 'it', ...component } }];
  // Safe cast: a modal as a bot sends it.
  const modal = { custom_id: 'modal', title: 'A modal', components } as APIModalInteractionResponseCallbackData;
  return fillModal(modal, value === undefined ? {} : { it: value });
}

const submitted = (field: object) => ({
  custom_id: 'modal',
  components: [{ type: 18, id: 1, component: expect.objectContaining({ custom_id: 'it', ...field }) }],
});

it.each([
  [undefined, undefined, false],
  [false, undefined, false],
  [true, undefined, true],
  [true, 'false', false],
  [false, 'true', true],
])('submits a checkbox with the default %j, set to %j, as %j', (isDefault, given, value) => {
  expect(fill({ type: 23, ...(isDefault === undefined ? {} : { default: isDefault }) }, given)).toEqual(
    submitted({ type: 23, value }),
  );
});

const OPTIONS = ['a', 'b', 'c'].map((value) => ({ label: value.toUpperCase(), value }));

it('takes as many of a group of checkboxes as there are, but of a select only one, unless it says so', () => {
  const all = ['a', 'b', 'c'];
  expect(fill({ type: 22, options: OPTIONS }, all)).toEqual(submitted({ values: all }));
  expect(() => fill({ type: 3, options: OPTIONS }, all)).toThrow('it: choose 1 to 1');
  expect(fill({ type: 3, options: OPTIONS, max_values: 3 }, all)).toEqual(submitted({ values: all }));
});

it('submits the options that the bot has chosen, until the member chooses others', () => {
  const options = [...OPTIONS, { label: 'D', value: 'd', default: true }];
  expect(fill({ type: 3, options })).toEqual(submitted({ values: ['d'] }));
  expect(fill({ type: 3, options }, 'a')).toEqual(submitted({ values: ['a'] }));
  expect(() => fill({ type: 3, options }, 'e')).toThrow('it has no option e');
  expect(() => fill({ type: 3, options: OPTIONS })).toThrow('it: choose 1 to 1');
  expect(fill({ type: 3, options: OPTIONS, required: false, min_values: 0 })).toEqual(submitted({ values: [] }));
});
