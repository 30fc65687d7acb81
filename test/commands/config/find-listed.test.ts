import { describe, expect, it } from 'vitest';
import { findListed, type Listed, toChoices } from '../../../src/commands/config/find-listed.ts';
import { CATEGORY_ID, CHANNEL_ID, ELSEWHERE_ID, ROLES, THREAD_ID } from '../../support/settings-fixtures.ts';

const art: Listed = { id: CHANNEL_ID, label: '#art, denied', names: ['art', '#art'], mention: `<#${CHANNEL_ID}>` };
const studio: Listed = {
  id: CATEGORY_ID,
  label: 'studio (category), allowed',
  names: ['studio', 'studio (category)'],
  mention: `<#${CATEGORY_ID}>`,
};
const notListed = (typed: string) => `${typed} isn't here`;
const find = (typed: string, list: readonly Listed[] = [art, studio]) => findListed(list, typed, notListed);

describe('what a moderator gives for something on a list', () => {
  it.each([
    ['what was picked', CHANNEL_ID, CHANNEL_ID],
    ['the id of what is gone or was listed meanwhile', ` ${ELSEWHERE_ID} `, ELSEWHERE_ID],
    ['a mention of a channel', `<#${CHANNEL_ID}>`, CHANNEL_ID],
    ['a mention of a role', `<@&${ROLES[0]}>`, ROLES[0]],
    ['a mention of a member', `<@${ROLES[1]}>`, ROLES[1]],
    ['an older mention of a member', `<@!${ROLES[1]}>`, ROLES[1]],
    ['a name', 'art', CHANNEL_ID],
    ['a name with its sign', '#art', CHANNEL_ID],
    ['a name in capitals', ' #ART ', CHANNEL_ID],
    ['what the picker shows', '#art, denied', CHANNEL_ID],
    ['a category', 'Studio', CATEGORY_ID],
  ])('may be %s', (_, typed, id) => {
    expect(find(typed)).toBe(id);
  });

  it.each(['general', 'ar', '', `art ${CHANNEL_ID}`, `<#${CHANNEL_ID}`, '#studio'])(
    'must be on the list: “%s”',
    (typed) => {
      expect(() => find(typed)).toThrow("isn't here");
    },
  );

  it('is refused where it fits several, which are named with their ids', () => {
    const twin = { ...art, id: THREAD_ID, mention: `<#${THREAD_ID}>` };
    expect(() => find('art', [art, studio, twin])).toThrow(
      `“art” could be <#${CHANNEL_ID}> (\`${CHANNEL_ID}\`), <#${THREAD_ID}> (\`${THREAD_ID}\`). Give the id`,
    );
    const category = { ...studio, names: ['art', 'art (category)'] };
    expect(() => find('art', [art, category])).toThrow('could be');
    expect(find('#art', [art, category])).toBe(CHANNEL_ID);
  });

  it('is not said to be missing where a name is unknown', () => {
    const unknown = { ...studio, label: `${CATEGORY_ID}, allowed`, names: [] };
    expect(() => find('studio', [art, unknown])).toThrow("I can't find “studio” by name");
    expect(find('art', [art, unknown])).toBe(CHANNEL_ID);
  });

  it('is shown as it was typed, escaped and cut', () => {
    expect(() => find(`<@1>**${'x'.repeat(1_000)}`)).toThrow(/^“\\<\\@1\\>\\\*\\\*x{1,100}…” isn't here$/);
  });

  it('is offered by what it shows', () => {
    expect(toChoices([art])).toEqual([{ name: '#art, denied', value: CHANNEL_ID }]);
  });
});
