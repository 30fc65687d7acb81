import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defaultsFor, isPrivateByDefault } from '../../src/commands/defaults.ts';
import { dimensionChoices } from '../../src/commands/dimensions.ts';
import { fitSize, type Sides } from '../../src/commands/fit-size.ts';
import { parseOptions } from '../../src/commands/options.ts';
import { SIZES } from '../../src/commands/sizes.ts';
import { PARAMETERS, parametersSchema } from '../../src/segmind/parameters.ts';
import { megapixelsOf } from '../../src/settings/estimate.ts';
import { NO_PREFERENCES } from '../../src/settings/preferences.ts';
import { defaultSettings, settingsSchema } from '../../src/settings/schema.ts';
import { textsIn } from '../../src/texts/index.ts';
import { GUILD_ID } from '../support/settings-fixtures.ts';

type Values = Record<string, string | number | boolean>;

function optionsOf(values: Values) {
  const get = <T>(name: string, type: string): T | null =>
    // True for what a test gives: the value has the type that is asked for.
    typeof values[name] === type ? (values[name] as T) : null;
  return {
    getString: (name: string) => get<string>(name, 'string'),
    getInteger: (name: string) => get<number>(name, 'number'),
    getNumber: (name: string) => get<number>(name, 'number'),
    getBoolean: (name: string) => get<boolean>(name, 'boolean'),
  };
}

function parse(values: Values) {
  // True for the overloads in use: each getter takes a name and returns a value or null.
  const options = optionsOf(values) as Parameters<typeof parseOptions>[0];
  return parseOptions(options, { ...defaultsFor(defaultSettings, []), isPrivate: false }, textsIn('en'));
}

function parametersOf(values: Values) {
  const parsed = parse({ prompt: 'a red rose', ...values });
  if ('problems' in parsed) throw new Error(parsed.problems.join(' '));
  return parsed.parameters;
}

function problemOf(values: Values): string | undefined {
  const parsed = parse({ prompt: 'a red rose', ...values });
  return 'problems' in parsed ? parsed.problems[0] : undefined;
}

describe('defaultsFor', () => {
  it('brings a default of another release within the ranges of this one', () => {
    const chosen = { steps: 1_000, guidanceScale: 900, samples: 1_000 };
    const { defaults } = defaultsFor(defaultSettings, [], [chosen]);
    expect(defaults.guidanceScale).toBe(PARAMETERS.guidanceScale.max);
    expect(parametersSchema.safeParse({ ...defaults, prompt: 'a red rose', seed: 1 }).success).toBe(true);
  });
});

describe('parseOptions', () => {
  it('fills in the defaults and draws a seed', () => {
    const { seed, ...others } = parametersOf({});
    expect(others).toEqual({
      prompt: 'a red rose',
      width: 1024,
      height: 1024,
      steps: 30,
      guidanceScale: 7,
      scheduler: 'DPM2 Karras',
      samples: 1,
    });
    expect(seed).toBeGreaterThanOrEqual(0);
    expect(parametersOf({ seed: -1 }).seed).toBeGreaterThanOrEqual(0);
    expect(parametersOf({ seed: 0 }).seed).toBe(0);
  });

  it.each(SIZES)('knows the size $value', ({ value: size, width, height }) => {
    expect(parametersOf({ size })).toMatchObject({ width, height });
  });

  it('lets width and height each override their own side of the size', () => {
    expect(parametersOf({ size: '768x1344', width: 1000 })).toMatchObject({ width: 1000, height: 1344 });
    expect(parametersOf({ height: 512 })).toMatchObject({ width: 1024, height: 512 });
  });

  it('names the nearest allowed values for a side that is not one', () => {
    expect(problemOf({ width: 1001 })).toContain('Nearest to 1001: 1000 or 1008');
    expect(problemOf({ height: 9000 })).toContain('Nearest to 9000: 2048');
    expect(problemOf({ width: 1001 })).toContain('multiple of 8 from 512 to 2048');
  });

  it.each<[string, Values, string]>([
    ['steps', { steps: 19 }, '20 to 100'],
    ['guidance', { guidance: 25.5 }, '1 to 25'],
    ['samples', { samples: 5 }, '1 to 4'],
    ['seed', { seed: 1_000_000_000_000_000 }, '-1 to 999,999,999,999,999'],
    ['scheduler', { scheduler: 'Magic' }, 'DPM2 Karras'],
    ['size', { size: 'huge' }, '1024x1024'],
    ['size', { size: 'constructor' }, '1024x1024'],
    ['prompt', { prompt: '   ' }, '1 to 4,000 characters'],
    ['prompt', { prompt: '\u200B\u3164\u2800\n' }, 'visible text of 1 to 4,000 characters'],
    ['prompt', { prompt: 'x'.repeat(4_001) }, '1 to 4,000 characters'],
    ['negative_prompt', { negative_prompt: 'x'.repeat(2_001) }, 'up to 2,000 characters'],
  ])('says what is allowed for %s, given %j', (name, values, allowed) => {
    expect(problemOf(values)).toContain(`\`${name}\``);
    expect(problemOf(values)).toContain(allowed);
  });

  it.each(['', ' ', '\u200B', '\u00AD \u2060\t', '\u200D'])(
    'takes the negative prompt %j, of which nothing can be seen, as none',
    (negative) => {
      expect(parametersOf({ negative_prompt: negative })).not.toHaveProperty('negativePrompt');
    },
  );

  it('leaves the texts as they were typed', () => {
    const typed = { prompt: '  a rose \u200B\n', negative_prompt: ' blurry ' };
    expect(parametersOf(typed)).toMatchObject({ prompt: typed.prompt, negativePrompt: typed.negative_prompt });
  });

  it('takes every scheduler', () => {
    for (const scheduler of PARAMETERS.scheduler.choices) expect(parametersOf({ scheduler }).scheduler).toBe(scheduler);
  });
});

describe('defaultsFor', () => {
  const settings = settingsSchema.parse({
    defaults: { steps: 50, guidanceScale: 5, samples: 2 },
    limits: { everyone: { maxSteps: 40, maxMegapixels: 0.8, maxSamples: 3 } },
  });
  const styled = { guidanceScale: 9, size: '1344x768' };
  const own = { guidanceScale: 8, steps: 60, scheduler: 'Euler' };
  const limited = defaultsFor(settings, [], [styled, own]);
  const { defaults, lowered } = limited;
  const parseWith = (values: Values) => {
    const options = optionsOf({ prompt: 'a rose', ...values }) as Parameters<typeof parseOptions>[0];
    return parseOptions(options, limited, textsIn('en'));
  };

  it('takes the style before the member’s own, these before the server’s, and the model’s last', () => {
    expect(defaults).toMatchObject({ guidanceScale: 9, scheduler: 'Euler', samples: 2 });
    expect(defaultsFor(settings, []).defaults).toMatchObject({ guidanceScale: 5, scheduler: 'DPM2 Karras' });
  });

  it('lowers what exceeds the limits, and says so of what the member or the server has chosen', () => {
    expect(defaults.steps).toBe(40);
    expect(defaults.width * defaults.height).toBeLessThanOrEqual(800_000);
    expect(lowered).toEqual([
      { name: 'size', wanted: '1344x768' },
      { name: 'steps', wanted: '60' },
    ]);
    expect(defaultsFor(settings, [])).toMatchObject({
      defaults: { steps: 40 },
      lowered: [{ name: 'steps', wanted: '50' }],
    });
    expect(defaultsFor(settings, [], [{ steps: 40, samples: 3 }]).lowered).toEqual([]);
  });

  it('says nothing of the image service’s defaults, which nobody has chosen', () => {
    const { defaults, lowered } = defaultsFor(
      settingsSchema.parse({ limits: { everyone: { maxSteps: 25, maxMegapixels: 0.5 } } }),
      [],
    );
    expect(defaults).toMatchObject({ steps: 25, width: 704, height: 704 });
    expect(lowered).toEqual([]);
  });

  it.each<[Values, string[]]>([
    [{}, ['size', 'steps']],
    [{ steps: 20 }, ['size']],
    [{ size: '1024x1024' }, ['steps']],
    [{ width: 512 }, ['steps']],
    [{ width: 1200 }, ['size', 'steps']],
    [{ width: 512, height: 512, steps: 20 }, []],
  ])('says nothing of what the member types: %j', (values, names) => {
    const parsed = parseWith(values);
    expect('lowered' in parsed ? parsed.lowered?.map(({ name }) => name) : []).toEqual(names);
  });
});

describe('fitSize', () => {
  const square = { width: 1024, height: 1024, isChosen: false, maxMegapixels: 0.6 };
  it.each<[string, object, Partial<Sides>, Sides]>([
    ['nothing is typed', {}, {}, { width: 768, height: 768 }],
    ['what is typed leaves room for the other side', {}, { width: 512 }, { width: 512, height: 1024 }],
    ['what is typed leaves less room', {}, { height: 1024 }, { width: 584, height: 1024 }],
    ['what is typed leaves no room', {}, { width: 2048 }, { width: 2048, height: 512 }],
    ['both sides are typed', {}, { width: 1024, height: 1536 }, { width: 1024, height: 1536 }],
    ['there is no limit', { maxMegapixels: Number.POSITIVE_INFINITY }, {}, { width: 1024, height: 1024 }],
    [
      'one side would be too small in proportion',
      { width: 1344, height: 768, maxMegapixels: 0.4 },
      {},
      { width: 776, height: 512 },
    ],
  ])('gives what fits where %s', (_, change, typed, sides) => {
    expect(fitSize({ ...square, ...change }, typed).sides).toEqual(sides);
  });

  it('keeps what is within the limit, and never exceeds it', () => {
    const pixels = fc.integer({ min: 64, max: 256 }).map((eighths) => eighths * 8);
    fc.assert(
      fc.property(pixels, pixels, fc.integer({ min: 512 ** 2, max: 2048 ** 2 }), (width, height, max) => {
        const size = { width, height, isChosen: true };
        const exact = fitSize({ ...size, maxMegapixels: megapixelsOf(size) });
        expect(exact).toEqual({ sides: { width, height }, lowered: [] });
        const { sides, lowered } = fitSize({ ...size, maxMegapixels: max / 1_000_000 });
        expect(megapixelsOf(sides)).toBeLessThanOrEqual(max / 1_000_000);
        expect(lowered).toHaveLength(width * height > max ? 1 : 0);
      }),
    );
  });

  it.each<[boolean, Partial<Sides>, string[]]>([
    [true, {}, ['1024x1024']],
    [false, {}, []],
    [false, { width: 600 }, ['600x1024']],
    [true, { width: 512 }, []],
  ])('where the size is chosen (%s), and %j typed, says that it lowered %j', (isChosen, typed, wanted) => {
    expect(fitSize({ ...square, isChosen }, typed).lowered).toEqual(
      wanted.map((size) => ({ name: 'size', wanted: size })),
    );
  });
});

describe('the privacy of a request', () => {
  it.each([
    [true, {}, true],
    [true, { private: false }, false],
    [false, { private: true }, true],
    [false, {}, false],
  ])('by default %j, with %j, is %j', (isPrivate, values, expected) => {
    const options = optionsOf({ prompt: 'a rose', ...values }) as Parameters<typeof parseOptions>[0];
    const parsed = parseOptions(options, { ...defaultsFor(defaultSettings, []), isPrivate }, textsIn('en'));
    expect(parsed).toMatchObject({ isPrivate: expected });
  });

  it.each([
    [true, GUILD_ID, true],
    [true, undefined, false],
    [undefined, GUILD_ID, false],
    [false, GUILD_ID, false],
  ])('saved as %j, in the server %j, is %j', (isPrivate, guildId, expected) => {
    const saved = { ...NO_PREFERENCES, ...(isPrivate === undefined ? {} : { isPrivate }) };
    expect(isPrivateByDefault(saved, guildId)).toBe(expected);
  });
});

describe('dimensionChoices', () => {
  it('offers at most 25 allowed sides, whatever is typed', () => {
    const { min, max, multipleOf } = PARAMETERS.width;
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.integer().map(String)), (typed) => {
        const choices = dimensionChoices(typed);
        expect(choices.length).toBeGreaterThan(0);
        expect(choices.length).toBeLessThanOrEqual(25);
        expect(new Set(choices.map(({ value }) => value)).size).toBe(choices.length);
        for (const { value } of choices) {
          expect(value % multipleOf).toBe(0);
          expect(value).toBeGreaterThanOrEqual(min);
          expect(value).toBeLessThanOrEqual(max);
        }
      }),
    );
  });

  it('puts first what starts as typed, then what is nearest', () => {
    expect(
      dimensionChoices('102')
        .map(({ value }) => value)
        .slice(0, 2),
    ).toEqual([1024, 512]);
    expect(
      dimensionChoices('1001')
        .map(({ value }) => value)
        .slice(0, 2),
    ).toEqual([1000, 1008]);
  });
});
