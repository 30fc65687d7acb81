import { describe, expect, it } from 'vitest';
import { addFilterWords, readFilterWords, removeFilterWords } from '../../../src/commands/config/filter-words.ts';
import { parseSettings } from '../../support/settings-fixtures.ts';

describe('the words that a moderator types', () => {
  it.each([
    ['Red Rose', ['red rose']],
    ['one, two,three ,, one', ['one', 'two', 'three']],
    ['赤い、青い，緑', ['赤い', '青い', '緑']],
    ['fire*', ['fire*']],
  ])('are read with commas between them: %s', (typed, words) => {
    expect(readFilterWords(typed)).toEqual(words);
  });

  it.each([
    ['x', '||x|| needs at least 2 letters'],
    ['good, *, fine', '||\\*|| needs at least 2 letters'],
    ['a'.repeat(51), 'is longer than 50 characters'],
    ['a*b*c*d', 'has more than 2 `*`'],
    [' , ', "There's no word in `word`"],
  ])('are named when they are not allowed, with what is: %s', (typed, problem) => {
    expect(() => readFilterWords(typed)).toThrow(problem);
    expect(() => readFilterWords(typed)).toThrow('up to 50 characters, with at most 2 `*`');
  });

  it('name no more than a message has room for', () => {
    const typed = Array.from({ length: 500 }, () => '|').join(',');
    expect(() => readFilterWords(typed)).toThrow(/^[\s\S]{1,1900}$/);
  });
});

describe('the filter', () => {
  const words = (count: number) => Array.from({ length: count }, (_, index) => `word${index}`);
  const filled = (count: number) => parseSettings({ filterWords: words(count) });

  it('takes 500 words, and says how many there are', () => {
    expect(addFilterWords(filled(499), ['word1', 'last']).filterWords).toHaveLength(500);
    expect(() => addFilterWords(filled(499), ['last', 'beyond'])).toThrow('It has 499, so 2 more won');
  });

  it('takes 15 words with a `*` between letters, says what is allowed instead, and keeps those that are there', () => {
    const inner = (count: number) => Array.from({ length: count }, (_, index) => `w*rd${index}`);
    const full = addFilterWords(filled(3), inner(15));
    expect(full.filterWords).toHaveLength(18);
    expect(() => addFilterWords(full, ['f*ck'])).toThrow(
      'The filter holds 15 words with a `*` between letters, and these would make 16.',
    );
    expect(addFilterWords(full, ['*word*', 'last*', '*first', 'plain']).filterWords).toHaveLength(22);
    const stored = parseSettings({ filterWords: inner(100) });
    expect(addFilterWords(stored, ['plain']).filterWords).toHaveLength(101);
  });

  it.each([
    ['word1', ['word0', 'word2']],
    [' WORD1 ', ['word0', 'word2']],
    ['word1, word2', ['word0']],
  ])('loses %s', (typed, left) => {
    expect(removeFilterWords(filled(3), typed).filterWords).toEqual(left);
  });

  it('loses nothing when one of several is not in it', () => {
    expect(() => removeFilterWords(filled(3), 'word1, rose')).toThrow('Not in the filter: ||rose||.');
    expect(() => removeFilterWords(filled(3), ',')).toThrow("There's no word in `word`.");
  });

  it('loses a word with a comma in it, which only an earlier release could have kept', () => {
    expect(removeFilterWords(parseSettings({ filterWords: ['red, rose'] }), 'red, rose').filterWords).toEqual([]);
  });
});
