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
  // What becomes of a request.
  /^.Accepted\W/,
  /\bhand(s|ed|ing)? (it|this|that|over)\b/i,
  /\bfree machine\b/i,
  /\b(is|being) painted\b/i,
  /\bimage service\b/i,
  /\busually takes\b/i,
  /\(an estimate\)/i,
  /\bis (still )?waited for\b/i,
  /\bunusually long\b/i,
  /\bif that lasts\b/i,
  /\bthis ends after\b/i,
  /\bended already\b/i,
  /\bfor some days\b/i,
  // Limits.
  /\bmost (megapixels|steps|samples)\b/i,
  /\bjobs at a time\b/i,
  /\bimages a day\b/i,
  /\bnone allowed\b/i,
  /\bof somebody's own\b/i,
  /\bpause of\b/i,
  /\bholds for everyone\b/i,
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
  /\bare who\b/i,
  /\bneither allowed nor denied\b/i,
  /\bjust starting\b/i,
  /\bcan no longer be stopped\b/i,
  /\bnor could\b/i,
  /\bmended\b/i,
  // Events in the log.
  /\bthat nothing handled\b/i,
  /\bnot used well\b/i,
  /\bwhat is old\b/i,
  /\bno way to tell\b/i,
  /\bfor a stranger\b/i,
  /\b(it|page) broke\b/i,
];

/** What the bot once said. */
const OLD_TEXTS = [
  'Your turn',
  'Handing it to the image service.',
  'Accepted',
  'It waits for a free machine there.',
  'It is being painted.',
  'such a picture usually takes about 11 s (an estimate)',
  'It is painted and on its way to you.',
  'Place 1 of 1 in line. Its turn comes within about 1 min',
  'Waiting: nothing is submitted at present',
  'Nothing can be handed over at present',
  'If that lasts, this ends after 15 minutes, uncharged.',
  'This takes unusually long; it is still waited for.',
  'Nothing was started.',
  'Nothing was charged.',
  'Only who asked for this picture, or a moderator, can delete it.',
  'This has ended already, so that it can no longer be stopped.',
  'A pause of 10 s between two requests holds for everyone here.',
  'The line is full.',
  'could not note this down',
  'from 00:00 UTC on it counts anew',
  'did not take it as a file; for some days it is at',
  'Most megapixels',
  'Jobs at a time',
  'Most steps',
  'Who may press Reroll',
  'who asked for it',
  'images a day none allowed',
  'Nothing was ever changed.',
  'Make a role moderators',
  'Moderators are who has Manage Server.',
  'This is neither allowed nor denied',
  'I am just starting',
  'a rejection that nothing handled',
  'a slot was not used well',
  'what is old was not removed',
  'no way to tell the member was open',
  'refused to cancel for a stranger',
  'a monitoring page broke',
];

/** Whatever members, moderators and operators read. */
const FILES = filesIn('src');

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

  it.each(OLD_TEXTS)('would be caught if it were %s', (text) => {
    expect(oldPhrasesIn(`'${text}'`)).not.toEqual([]);
  });

  it('is found between quotes of every kind, and not in comments', () => {
    const source = ["// 'in line'", "/* 'anew' */ const a = 'x', b = \"it's anew\";", 'const c = `is told`;'];
    expect(literalsOf(source.join('\n'))).toEqual(["'x'", '"it\'s anew"', '`is told`']);
  });
});
