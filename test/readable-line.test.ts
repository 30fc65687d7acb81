import { stripVTControlCharacters } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createLog } from '../src/log.ts';
import { readableLine } from '../src/readable-line.ts';

/** What a terminal shows of a line of the log, without the colours. */
function shown(write: (log: ReturnType<typeof createLog>) => void): string {
  const lines: string[] = [];
  write(createLog({ level: 'info', logPrompts: false }, { write: (line) => lines.push(readableLine(line)) }));
  return stripVTControlCharacters(lines.join(''));
}

describe('a readable line', () => {
  it('has the time, the level, the message and the fields on one line', () => {
    const text = shown((log) => log.info({ user: 'timeless#0042', shards: [0] }, 'ready'));
    expect(text).toMatch(/^\[\d\d:\d\d:\d\d\] INFO: ready \{"user":"timeless#0042","shards":\[0\]\}\n$/);
  });

  it('has an error with its stack and its causes below', () => {
    const error = new Error('outer', { cause: new Error('inner') });
    const text = shown((log) => log.error({ err: error }, 'failed'));
    expect(text).toMatch(/ERROR: failed\s+err: \{[\s\S]+Error: outer\s+at [\s\S]+"cause": \{[\s\S]+Error: inner\s+at /);
  });

  it('has no secrets, no prompts and no controls but line breaks, wherever they stand', () => {
    const harmful = '\u001b[2J \u0007 \r \u009b \u202e \u007f \\ \\u001b';
    const text = shown((log) => {
      const fields = { [harmful]: { deep: harmful }, prompt: 'a red rose', key: 'SG_0123456789abcdef' };
      log.warn({ ...fields, err: new Error(`${harmful} SG_0123456789abcdef`) }, harmful);
    });
    expect(text).not.toMatch(/a red rose|0123456789abcdef/);
    expect(text).toContain('\\u001b[2J \\u0007 \\r \\u009b \\u202e');
    expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/u);
  });

  it('never gives a terminal a control, whatever is logged', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (field, message) => {
        const text = shown((log) => log.info({ field, err: new Error(field) }, message));
        expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/u);
      }),
    );
  });
});
