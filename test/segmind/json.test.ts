import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseJson } from '../../src/segmind/json.ts';

const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;

describe('parseJson', () => {
  it('reads every kind of JSON', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 8 }), (value) => {
        const text = JSON.stringify(value);
        expect(parseJson(Buffer.from(text))).toEqual(JSON.parse(text));
      }),
    );
  });

  it('accepts up to 64 levels, and doesn’t count brackets in strings', () => {
    expect(parseJson(nested(64))).toBeDefined();
    expect(parseJson(nested(65))).toBeUndefined();
    const texts = ['['.repeat(500), '"['.repeat(500), '\\"['.repeat(500), '\\'.repeat(501), ','.repeat(20_000)];
    expect(parseJson(JSON.stringify(texts))).toEqual(texts);
  });

  it('accepts up to 10,000 values', () => {
    expect(parseJson(`[${Array(9_999).fill('1').join(',')}]`)).toHaveLength(9_999);
    expect(parseJson(`[${Array(10_000).fill('1').join(',')}]`)).toBeUndefined();
    expect(parseJson(`[${Array(6_000).fill('{}').join(',')}]`)).toBeUndefined();
  });

  it.each(['', 'no', '<html>', '{"open": "', '"\\', '[1', ']]]]', '{"a":1}}'])('finds no JSON in %j', (text) => {
    expect(parseJson(text)).toBeUndefined();
  });

  it('does not build values that are nested too deeply', () => {
    const bytes = Buffer.from('['.repeat(32 * 1024 * 1024));
    const beforeBytes = process.memoryUsage().rss;
    expect(parseJson(bytes)).toBeUndefined();
    expect(process.memoryUsage().rss - beforeBytes).toBeLessThan(32 * 1024 * 1024);
  });
});
