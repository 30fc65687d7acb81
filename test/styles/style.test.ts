import { describe, expect, it } from 'vitest';
import { PARAMETERS } from '../../src/segmind/parameters.ts';
import { BUILT_IN_STYLES } from '../../src/styles/built-in-styles.ts';
import { findByName, type Style, styleKey, styleSchema, withStyle } from '../../src/styles/style.ts';
import { en } from '../../src/texts/en.ts';

const noir: Style = { name: 'Noir', prompt: 'film noir', negativePrompt: 'color', parameters: {} };

describe('withStyle', () => {
  it.each([
    [undefined, { prompt: 'a rose' }, { prompt: 'a rose' }],
    [noir, { prompt: 'a rose' }, { prompt: 'a rose, film noir', negativePrompt: 'color' }],
    [
      noir,
      { prompt: ' a rose ', negativePrompt: 'cars' },
      { prompt: ' a rose , film noir', negativePrompt: 'cars, color' },
    ],
    [{ name: 'Large', parameters: { steps: 40 } }, { prompt: 'a rose' }, { prompt: 'a rose' }],
  ])('of %j and %j adds the texts behind commas', (style, request, expected) => {
    expect(withStyle(request, style)).toStrictEqual(expected);
  });
});

it.each([
  ['Noir', ' noir ', true],
  ['Film  Noir', 'film noir', true],
  ['ＮＯＩＲ', 'noir', true],
  ['Noir', 'Noire', false],
])('the names %j and %j mean the same style: %j', (one, other, isSame) => {
  expect(styleKey(one) === styleKey(other)).toBe(isSame);
  expect(findByName([{ name: one }], other) !== undefined).toBe(isSame);
});

describe('the built-in styles', () => {
  const all = Object.entries(BUILT_IN_STYLES);

  it('are a dozen, each with its own name and description', () => {
    expect(Object.keys(en.styles.builtIn)).toEqual(all.map(([id]) => id));
    const names = Object.values(en.styles.builtIn).map(({ name }) => styleKey(name));
    expect(new Set(names).size).toBe(12);
  });

  it.each(all)('%s can be saved as it is, and sets only what the model takes', (name, style) => {
    expect(styleSchema.parse({ ...style, name })).toEqual({ ...style, name });
    for (const [key, value] of Object.entries(style.parameters))
      expect(PARAMETERS[key as keyof typeof PARAMETERS].schema.safeParse(value).success).toBe(true);
  });
});
