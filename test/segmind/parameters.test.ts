import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  drawSeed,
  nearestDimensions,
  PARAMETERS,
  parametersSchema,
  toSegmindBody,
} from '../../src/segmind/parameters.ts';

const anyParameters = fc.record({
  prompt: fc.string({ minLength: 1, maxLength: 4000 }),
  negativePrompt: fc.string({ maxLength: 2000 }),
  samples: fc.integer({ min: 1, max: 4 }),
  scheduler: fc.constantFrom(...PARAMETERS.scheduler.choices),
  steps: fc.integer({ min: 20, max: 100 }),
  guidanceScale: fc.double({ min: 1, max: 25, noNaN: true }),
  seed: fc.integer({ min: -1, max: 999_999_999_999_999 }),
  width: fc.integer({ min: 64, max: 256 }).map((units) => units * 8),
  height: fc.integer({ min: 64, max: 256 }).map((units) => units * 8),
});

describe('parametersSchema', () => {
  it('fills in the defaults of the model', () => {
    expect(parametersSchema.parse({ prompt: 'a rose' })).toEqual({
      prompt: 'a rose',
      samples: 1,
      scheduler: 'DPM2 Karras',
      steps: 30,
      guidanceScale: 7,
      seed: -1,
      width: 1024,
      height: 1024,
    });
  });

  it('keeps everything within the limits unchanged', () => {
    fc.assert(
      fc.property(anyParameters, (parameters) => {
        expect(parametersSchema.parse(parameters)).toEqual(parameters);
      }),
    );
  });

  it.each([
    ['an empty prompt', { prompt: '' }],
    ['a prompt of 4001 characters', { prompt: 'x'.repeat(4001) }],
    ['a negative prompt of 2001 characters', { negativePrompt: 'x'.repeat(2001) }],
    ['no sample', { samples: 0 }],
    ['five samples', { samples: 5 }],
    ['one and a half samples', { samples: 1.5 }],
    ['an unknown scheduler', { scheduler: 'Euler b' }],
    ['19 steps', { steps: 19 }],
    ['101 steps', { steps: 101 }],
    ['a guidance below 1', { guidanceScale: 0.9 }],
    ['a guidance above 25', { guidanceScale: 25.1 }],
    ['a seed of -2', { seed: -2 }],
    ['a seed of 16 digits', { seed: 1_000_000_000_000_000 }],
    ['a width of 504', { width: 504 }],
    ['a height of 2056', { height: 2056 }],
    ['a width of 1001', { width: 1001 }],
    ['an unknown key', { step: 30 }],
    ['a number as text', { steps: '30' }],
  ])('refuses %s', (_, wrong) => {
    expect(parametersSchema.safeParse({ prompt: 'a rose', ...wrong }).success).toBe(false);
  });
});

describe('toSegmindBody', () => {
  it('uses the names of the API', () => {
    const parameters = parametersSchema.parse({
      prompt: '(sci-fi:1.4) city',
      negativePrompt: 'blurry',
      samples: 2,
      scheduler: 'Euler a',
      steps: 40,
      guidanceScale: 7.5,
      seed: 42,
      width: 896,
      height: 1152,
    });
    expect(toSegmindBody(parameters, { base64: true })).toEqual({
      prompt: '(sci-fi:1.4) city',
      negative_prompt: 'blurry',
      samples: 2,
      scheduler: 'Euler a',
      num_inference_steps: 40,
      guidance_scale: 7.5,
      seed: 42,
      img_width: 896,
      img_height: 1152,
      base64: true,
    });
  });

  it.each([[undefined], ['']])('leaves out a negative prompt of %j', (negativePrompt) => {
    const parameters = parametersSchema.parse({
      prompt: 'a',
      ...(negativePrompt === undefined ? {} : { negativePrompt }),
    });
    expect(toSegmindBody(parameters, { base64: false })).not.toHaveProperty('negative_prompt');
  });
});

describe('drawSeed', () => {
  it('draws whole numbers that the schema accepts, over the whole range and rarely twice', () => {
    const seeds = Array.from({ length: 2000 }, drawSeed);
    for (const seed of seeds) {
      expect(parametersSchema.safeParse({ prompt: 'a', seed }).success).toBe(true);
      expect(seed).toBeGreaterThanOrEqual(0);
    }
    expect(new Set(seeds).size).toBe(seeds.length);
    for (let tenth = 0; tenth < 10; tenth += 1) {
      const share = seeds.filter((seed) => Math.floor(seed / 1e14) === tenth).length / seeds.length;
      expect(share).toBeGreaterThan(0.05);
      expect(share).toBeLessThan(0.15);
    }
  });
});

describe('nearestDimensions', () => {
  it.each([
    [1001, [1000, 1008]],
    [1000, [1000]],
    [1007.5, [1000, 1008]],
    [0, [512]],
    [-40, [512]],
    [511, [512]],
    [513, [512, 520]],
    [2047, [2040, 2048]],
    [2049, [2048]],
    [99_999, [2048]],
  ])('offers for %d: %j', (value, expected) => {
    expect(nearestDimensions(value)).toEqual(expected);
  });

  it('offers only allowed values, none of them further away than another allowed one', () => {
    const { min, max, multipleOf } = PARAMETERS.width;
    fc.assert(
      fc.property(fc.integer({ min: -10_000, max: 10_000 }), (value) => {
        const offered = nearestDimensions(value);
        const within = Math.min(max, Math.max(min, value));
        for (const dimension of offered) {
          expect(parametersSchema.safeParse({ prompt: 'a', width: dimension }).success).toBe(true);
          expect(Math.abs(dimension - within)).toBeLessThan(multipleOf);
        }
      }),
    );
  });
});
