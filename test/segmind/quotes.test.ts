import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { withoutQuotes } from '../../src/segmind/quotes.ts';

const PROMPT = 'A sign that says: not enough credits, top up';

describe('withoutQuotes', () => {
  it.each([
    ['the whole', `Invalid prompt ${PROMPT} here`, 'Invalid prompt … here'],
    ['its beginning', 'Blocked: A sign that says: not en...', 'Blocked: …...'],
    ['its beginning within a word', 'Blocked: a sign that says: not enou', 'Blocked: …'],
    ['its end', 'Blocked: ... not enough credits, top up', 'Blocked: ... …'],
    ['another case', 'blocked: a SIGN that says', 'blocked: …'],
    ['two parts', 'a sign that\\n not enough credits', '…\\n …'],
    ['no short part of it', 'The sign that was not enough', 'The sign that was not enough'],
    ['nothing of it', 'Invalid value for scheduler', 'Invalid value for scheduler'],
    ['words of it alone', 'credits that sign not', 'credits that sign not'],
  ])('cuts out %s', (_, text, rest) => {
    expect(withoutQuotes(text, [undefined, PROMPT])).toBe(rest);
  });

  it('cuts out a short text only as a whole word, and never one of one or two letters', () => {
    expect(withoutQuotes('Invalid prompt: budget, budgets', ['budget'])).toBe('Invalid prompt: …, budgets');
    expect(withoutQuotes('a no to no', ['no', 'a', ' ', ''])).toBe('a no to no');
  });

  it('cuts out every beginning of a prompt that is quoted between blanks', () => {
    fc.assert(
      fc.property(fc.lorem({ maxCount: 12 }), fc.integer({ min: 12, max: 60 }), (prompt, length) => {
        const quote = prompt.slice(0, length).trim();
        fc.pre(quote.length >= 8);
        expect(withoutQuotes(`[[ ${quote} ]]`, [prompt]).replace(/\s/g, '')).toBe('[[…]]');
      }),
    );
  });

  it('is fast on the longest texts', () => {
    const startMs = performance.now();
    withoutQuotes('ab'.repeat(100_000), ['ab'.repeat(2_000), 'ba'.repeat(1_000)]);
    withoutQuotes('a b '.repeat(100_000), ['a b b '.repeat(600), 'a b a b b'.repeat(300)]);
    expect(performance.now() - startMs).toBeLessThan(1_000);
  });
});
