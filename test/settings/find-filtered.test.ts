import { expect, it } from 'vitest';
import type { Filter } from '../../src/settings/filter.ts';
import { findFiltered } from '../../src/settings/find-filtered.ts';

const NOTHING = { prompt: 'a rose', negativePrompt: 'rain' };
const STYLE = { name: 'Mine', prompt: 'ink', parameters: {} };

/** Finds this text, and remembers which ones it has read. */
function filterOf(hit?: string): Pick<Filter, 'find'> & { readonly read: string[] } {
  const read: string[] = [];
  return {
    read,
    find: (text) => {
      read.push(text);
      return text === hit ? hit : undefined;
    },
  };
}

it('reads each text of a request once; with a style, also the texts that are sent and the name of the style', () => {
  const plain = filterOf();
  expect(findFiltered(plain, NOTHING)).toBeUndefined();
  expect(plain.read).toEqual(['a rose', 'rain']);
  const styled = filterOf();
  expect(findFiltered(styled, { ...NOTHING, style: STYLE })).toBeUndefined();
  expect(styled.read).toEqual(['a rose', 'rain', 'Mine', 'a rose, ink', 'rain']);
});

it.each([
  ['a rose', 'prompt'],
  ['rain', 'negativePrompt'],
  ['Mine', 'style'],
  ['a rose, ink', 'style'],
])('says what of the request has the word: %s', (hit, field) => {
  expect(findFiltered(filterOf(hit), { ...NOTHING, style: STYLE })).toEqual({ field, text: hit });
});
