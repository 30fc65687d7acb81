import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

/** What a native speaker wouldn't say, or says in another word here: queue, image, server, request, requester. */
const OLD_PHRASES = [
  // A queue, and a place in it.
  /\b(in|the) line\b/i,
  /\bwaiting room\b/i,
  /\bplace \S+ of\b/i,
  /\b(its|your) turn\b/i,
  // An image, a request and a requester.
  /\bpictures?\b/i,
  /\bwish(es)?\b/i,
  /\bwho asked\b/i,
  /\bwho pressed\b/i,
  /\bmay press\b/i,
  /\bhand(s|ed|ing)? (it|this|that|over)\b/i,
  /\bpainted and on its way\b/i,
  /\bimage service\b/i,
  /\bis (still )?waited for\b/i,
  /\bunusually long\b/i,
  /\bfor some days\b/i,
  // Limits.
  /\bmost (megapixels|steps|samples)\b/i,
  /\bjobs at a time\b/i,
  /\bnone allowed\b/i,
  /\bof somebody's own\b/i,
  // Money and times.
  /\bUS\$ \d/,
  /\d UTC\b/,
  /\bnothing (was|is) (started|charged|submitted)\b/i,
  /\buncharged\b/i,
  /\banew\b/i,
  /\bat present\b/i,
  // Stiff or headless sentences.
  /\b(goes|go) on\b/i,
  /\b(is|was|been|being) told\b/i,
  /\bnote this down\b/i,
  /\bdid not take\b/i,
  /\bnothing was ever\b/i,
  /\bmake a role moderators\b/i,
  /\bneither allowed nor denied\b/i,
  /\bjust starting\b/i,
  /\bcan no longer be stopped\b/i,
  /\bnor could\b/i,
  /\bfor a stranger\b/i,
  /\bmended\b/i,
];

/** Where the strings of members may stand: the catalogue, and files whose texts have moved there. */
const FILES = [
  ...filesIn('src/texts'),
  'src/replies/failure.ts',
  'src/replies/refusal.ts',
  'src/replies/policy-refusal.ts',
  ...filesIn('src/commands'),
  ...filesIn('src/events'),
];

function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => `${folder}/${name}`);
}

/** The string literals of a source, comments left out. */
function literalsOf(source: string): string[] {
  const tokens = source.matchAll(/\/\*[\s\S]*?\*\/|\/\/.*|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`/g);
  return [...tokens].map(([token]) => token).filter((token) => !token.startsWith('/'));
}

const oldPhrasesIn = (text: string) => OLD_PHRASES.filter((phrase) => phrase.test(text)).map(String);

describe('what people read', () => {
  it.each(FILES)('has no phrase of old in %s', (path) => {
    const found = literalsOf(readFileSync(path, 'utf8')).flatMap((text) =>
      oldPhrasesIn(text).map((phrase) => `${phrase} in ${text}`),
    );
    expect(found).toEqual([]);
  });

  it('is found between quotes of every kind, and not in comments', () => {
    const source = ["// 'in line'", "/* 'anew' */ const a = 'x', b = \"it's anew\";", 'const c = `is told`;'];
    expect(literalsOf(source.join('\n'))).toEqual(["'x'", '"it\'s anew"', '`is told`']);
  });
});
