import { describe, expect, it } from 'vitest';
import { compileFilter, MAX_STEPS_PER_CHARACTER } from '../../src/settings/filter.ts';
import { FILTER_WORD_LIMITS } from '../../src/settings/filter-word.ts';
import { SETTINGS_LIMITS } from '../../src/settings/schema.ts';
import { allowedWords, HOSTILE_TEXTS, HOSTILE_WORDS, spaced } from '../support/filter-worst-cases.ts';

/** What a filter makes of a text, and how many steps that takes. */
function walk(words: readonly string[], text: string): { steps: number; found: string | undefined } {
  let steps = 0;
  const filter = compileFilter(words, (taken) => {
    steps = taken;
  });
  return { found: filter.find(text), steps };
}

const PROSE = 'a quiet harbour at dawn, 35mm film, soft light and/or fog, by the old masters (detailed:1.2) ';

describe('the work of a filter', () => {
  it.each(Object.keys(HOSTILE_WORDS))('is linear to the text, whatever its words are: %s', (kind) => {
    const words = HOSTILE_WORDS[kind] ?? [];
    expect(words).toHaveLength(SETTINGS_LIMITS.filterWords);
    for (const [name, text] of Object.entries(HOSTILE_TEXTS)) {
      // A walk ends with the sign at which it has become too much.
      expect(walk(words, text).steps, name).toBeLessThan(text.length * MAX_STEPS_PER_CHARACTER + 25_000);
    }
  });

  it('is none without words, or with words that cannot be read', () => {
    let texts = 0;
    for (const words of [[], ['']]) {
      const filter = compileFilter(words, () => {
        texts += 1;
      });
      expect([filter.find(PROSE), filter.matches(PROSE)]).toEqual([undefined, []]);
    }
    expect(texts).toBe(0);
  });

  it('does not grow with the number of words', () => {
    const of = (count: number) => walk(allowedWords(count), PROSE.repeat(40)).steps;
    expect(of(SETTINGS_LIMITS.filterWords)).toBeLessThan(2 * of(SETTINGS_LIMITS.filterWords / 10));
  });

  it('grows with the text', () => {
    const words = allowedWords(SETTINGS_LIMITS.filterWords);
    const of = (times: number) => walk(words, PROSE.repeat(times)).steps;
    expect(of(40) / of(10)).toBeCloseTo(4, 1);
  });

  it('never becomes too much for an honest text with as many words of each kind as are allowed', () => {
    const words = allowedWords(SETTINGS_LIMITS.filterWords);
    expect(words.filter((word) => /\w\*\w/.test(word))).toHaveLength(FILTER_WORD_LIMITS.maxInnerWildcards);
    const alphabet = spaced('abcdefghijklmnopqrstuvw');
    for (const text of [
      PROSE.repeat(40),
      spaced(PROSE).repeat(20),
      alphabet.repeat(80),
      '8k 1.1 !|1 l.i.1 '.repeat(230),
    ]) {
      const { steps, found } = walk(words, text);
      expect(found).toBeUndefined();
      expect(steps).toBeGreaterThan(0);
    }
  });

  it('is cut short where it would be too much: the text counts as one that has a word', () => {
    const { found } = walk(HOSTILE_WORDS['look-alikes'] ?? [], HOSTILE_TEXTS['look-alikes spelled out'] ?? '');
    expect(HOSTILE_WORDS['look-alikes']).toContain(found);
    expect(compileFilter(HOSTILE_WORDS['look-alikes'] ?? []).find(PROSE.repeat(40))).toBeUndefined();
  });
});
