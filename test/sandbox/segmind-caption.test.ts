import { createCanvas } from '@napi-rs/canvas';
import { expect, it, vi } from 'vitest';
import { drawCaption } from '../../sandbox/segmind/caption.ts';

function writtenFor(prompt: string): string[] {
  const context = createCanvas(512, 512).getContext('2d');
  const fillText = vi.spyOn(context, 'fillText');
  drawCaption(context, prompt, 'seed 7');
  return fillText.mock.calls.map(([text]) => text);
}

const INCOMPLETE = "Some characters can't be drawn here.";

it.each(['a red rose', 'Ünïcödé «στη» Москва, $5_a “b”', 'two\nlines\twith a zero-width\u200bspace', 'e\u0301'])(
  'a caption that can be drawn has no remark: %j',
  (prompt) => {
    expect(writtenFor(prompt)).not.toContain(INCOMPLETE);
  },
);

it.each([
  ['a cat in 東京', ['a cat in']],
  ['猫、犬。', []],
  ['a 🌹', ['a']],
])('a caption says that some of its characters are missing: %s', (prompt, drawn) => {
  const written = writtenFor(prompt);
  expect(written.slice(-2)).toEqual(['seed 7', INCOMPLETE]);
  expect(written.slice(0, -2).join(' ').split(' ').filter(Boolean)).toEqual(drawn.flatMap((text) => text.split(' ')));
});
