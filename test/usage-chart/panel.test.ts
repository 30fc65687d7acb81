import { expect, it } from 'vitest';
import { createPanel, write } from '../../src/usage-chart/panel.ts';

it.each([
  [false, 75.2],
  [true, 83.7],
])('writes with the shipped font, bold: %s', (bold, width) => {
  const panel = createPanel(120);
  expect(write(panel, 'H', 0, 100, { size: 100, bold, colour: '#ff8000' })).toBeCloseTo(width, 1);
  // Within the left stem of the letter.
  expect([...panel.getImageData(15, 60, 1, 1).data]).toEqual([255, 128, 0, 255]);
});
