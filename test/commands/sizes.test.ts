import { describe, expect, it } from 'vitest';
import { SIZES, sizeChoices } from '../../src/commands/sizes.ts';
import { timeless } from '../../src/commands/timeless.ts';
import { PARAMETERS } from '../../src/segmind/parameters.ts';
import { textsIn } from '../../src/texts/index.ts';

/** Ratios that people know, of numbers below ten. */
const RATIOS = Array.from({ length: 9 }, (_, a) => Array.from({ length: 9 }, (_, b) => [a + 1, b + 1] as const)).flat();
const difference = (one: number, other: number) => Math.abs(Math.log(one / other));

describe('the sizes', () => {
  it.each(SIZES)('$value has the ratio $ratio, the nearest of small numbers', ({ value, ratio, width, height }) => {
    expect(value).toBe(`${width}x${height}`);
    const [a = 0, b = 0] = ratio.split(':').map(Number);
    const differences = RATIOS.map(([across, up]) => difference(across / up, width / height));
    expect(difference(a / b, width / height)).toBe(Math.min(...differences));
    expect(difference(a / b, width / height)).toBeLessThan(0.03);
  });

  it('can be made, by names that tell them apart', () => {
    const { min, max, multipleOf } = PARAMETERS.width;
    for (const side of SIZES.flatMap(({ width, height }) => [width, height])) {
      expect([side >= min, side <= max, side % multipleOf]).toEqual([true, true, 0]);
    }
    const names = sizeChoices(textsIn('en')).map(({ name }) => name.replace(/ \(.*/, ''));
    expect(new Set(names).size).toBe(SIZES.length);
  });

  it('stand in the picker with their ratio and pixels', () => {
    const size = timeless.data.options.find(({ name }) => name === 'size');
    expect(size).toHaveProperty(
      'choices',
      expect.arrayContaining([{ name: 'Portrait 7:9 (896×1152)', value: '896x1152' }]),
    );
  });
});
