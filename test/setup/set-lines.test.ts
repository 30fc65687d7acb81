import { readFileSync } from 'node:fs';
import { parse } from 'dotenv';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { setLines } from '../../src/setup/set-lines.ts';

const EXAMPLE = readFileSync(new URL('../../.env.example', import.meta.url), 'utf8');

describe('settings in the text of a .env file', () => {
  it('replace existing lines, and leave all other lines unchanged', () => {
    const text =
      '# mine\nDISCORD_TOKEN=old\nMY_OWN="a=b"\n\n# SEGMIND_API_KEY=\nSEGMIND_API_KEY = older\nexport TZ=UTC';
    expect(setLines(text, new Map(Object.entries({ DISCORD_TOKEN: 'new', SEGMIND_API_KEY: 'SG_1' })))).toBe(
      '# mine\nDISCORD_TOKEN=new\nMY_OWN="a=b"\n\n# SEGMIND_API_KEY=\nSEGMIND_API_KEY=SG_1\nexport TZ=UTC\n',
    );
  });

  it.each([
    ['nothing', '', 'A=1\n'],
    ['other settings', 'B=2', 'B=2\nA=1\n'],
    ['its commented-out default', 'B=2\n# A=5\nC=3\n', 'B=2\nA=1\nC=3\n'],
    ['several lines for it', 'A=5\nB=2\nexport A=6\n', 'A=1\nB=2\n'],
    ['the setting for its file', 'A_FILE=/run/a\nB=2\n', '# A_FILE=/run/a\nB=2\nA=1\n'],
    ['similar names', 'A_B=2\nAA=3\n', 'A_B=2\nAA=3\nA=1\n'],
    ['Windows line endings', 'B=2\r\nA=5\r\n', 'B=2\r\nA=1\r\n'],
  ])('are written into a file with %s', (_, text, expected) => {
    expect(setLines(text, new Map([['A', '1']]))).toBe(expected);
  });

  it('are written into .env.example without changes to other lines', () => {
    const set = setLines(EXAMPLE, new Map([['SEGMIND_REQUESTS_PER_MINUTE', '50']])).split('\n');
    const changed = EXAMPLE.split('\n').filter((line, index) => line !== set[index]);
    expect(changed).toEqual(['# SEGMIND_REQUESTS_PER_MINUTE=5']);
  });

  it('are read as they were set, whatever the file contained', () => {
    const line = fc.oneof(
      fc.constantFrom('A=1', '# A=2', 'A = 3', 'export A=4', 'B=5', '#', ''),
      fc.stringMatching(/^[A-Z]=\w*$/),
    );
    fc.assert(
      fc.property(fc.array(line), fc.stringMatching(/^[\w.-]+$/), (lines, value) => {
        const before = parse(lines.join('\n'));
        expect(parse(setLines(lines.join('\n'), new Map([['A', value]])))).toEqual({ ...before, A: value });
      }),
    );
  });
});
