import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fieldsOf } from '../../../sandbox/discord/modal-fields.ts';
import { checkBody } from '../../../sandbox/discord/rules/index.ts';
import { defaultsFor, limitParameters } from '../../../src/commands/defaults.ts';
import { readFields, toOptions } from '../../../src/commands/form/fields.ts';
import { composeForm, editForm } from '../../../src/commands/form/image-form.ts';
import { parseOptions } from '../../../src/commands/options.ts';
import { type GenerationParameters, PARAMETERS, parametersSchema } from '../../../src/segmind/parameters.ts';
import { defaultSettings } from '../../../src/settings/schema.ts';
import { textsIn } from '../../../src/texts/index.ts';
import { makeJob } from '../../support/job-fixtures.ts';
import { parseSettings } from '../../support/settings-fixtures.ts';
import { submittedFields } from '../../support/submitted-fields.ts';

const texts = textsIn('en');
type Modal = ReturnType<typeof editForm>;

const side = fc.integer({ min: 64, max: 256 }).map((eighth) => eighth * 8);
const visible = (maxLength: number) =>
  fc.string({ minLength: 1, maxLength }).map((text) => `x${text}`.slice(0, maxLength));
const parameters = fc
  .record(
    {
      prompt: fc.oneof(visible(4_000), fc.constant(`${'\n'.repeat(3_999)}x`)),
      negativePrompt: visible(2_000),
      width: fc.oneof(fc.constantFrom(1024, 832, 1344), side),
      height: fc.oneof(fc.constantFrom(1024, 1216, 768), side),
      steps: fc.integer({ min: 20, max: 100 }),
      guidanceScale: fc.oneof(fc.integer({ min: 1, max: 25 }), fc.double({ min: 1, max: 25, noNaN: true })),
      scheduler: fc.constantFrom(...PARAMETERS.scheduler.choices),
      samples: fc.integer({ min: 1, max: 4 }),
      seed: fc.integer({ min: 0, max: 999_999_999_999_999 }),
    },
    { requiredKeys: ['prompt', 'width', 'height', 'steps', 'guidanceScale', 'scheduler', 'samples', 'seed'] },
  )
  .map((given) => parametersSchema.parse(given));

/** What is requested when a form for an image with these parameters is submitted with changes. */
function edited(job: { parameters: GenerationParameters }, changes = {}) {
  const { prompt, negativePrompt, seed, ...shown } = job.parameters;
  const form = readFields(submittedFields(editForm(makeJob(job), false, texts), changes));
  return parseOptions(
    toOptions(form, { shown, isPrivate: false, seed }),
    limitParameters(shown, defaultSettings, []),
    texts,
  );
}
const chosen = (modal: Modal, name: string) =>
  fieldsOf(modal)
    .find((field) => field.name === name)
    ?.options?.find(({ isChosen }) => isChosen)?.label;
const firstChoice = (modal: Modal, name: string) => fieldsOf(modal).find((field) => field.name === name)?.options?.[0];

describe('the form that edits an image', () => {
  it('is one that Discord takes, and changes nothing when nothing is changed, whatever the image', () => {
    fc.assert(
      fc.property(parameters, (its) => {
        expect(checkBody('callback', { type: 9, data: editForm(makeJob({ parameters: its }), false, texts) })).toEqual(
          [],
        );
        expect(edited({ parameters: its })).toEqual({ parameters: its, isPrivate: false });
      }),
      { numRuns: 200 },
    );
  });

  const { parameters: rose } = makeJob();
  const odd = { ...rose, width: 1000, height: 512, steps: 33, guidanceScale: 7.5 };

  it('shows the values of the image, and offers what is in no list as its first choice', () => {
    const listed = editForm(makeJob({ parameters: { ...rose, width: 832, height: 1216, steps: 40 } }), false, texts);
    expect(['size', 'steps', 'guidance'].map((name) => chosen(listed, name))).toEqual([
      'Portrait 2:3 (832×1216)',
      '40',
      '7',
    ]);
    const form = editForm(makeJob({ parameters: odd }), false, texts);
    const shown = ['1000×512 (as it was)', '33 (as it was)', '7.5 (as it was)'];
    expect(['size', 'steps', 'guidance'].map((name) => chosen(form, name))).toEqual(shown);
    expect(['size', 'steps', 'guidance'].map((name) => firstChoice(form, name)?.label)).toEqual(shown);
  });

  it('takes each change, and clears a negative prompt', () => {
    const before = { ...odd, negativePrompt: 'rain' };
    const changes = { prompt: 'a\nblue rose', negative_prompt: '', size: '768x1344', steps: '50', guidance: '9' };
    const { negativePrompt: _, ...rest } = before;
    expect(edited({ parameters: before }, changes)).toEqual({
      parameters: { ...rest, prompt: 'a\nblue rose', width: 768, height: 1344, steps: 50, guidanceScale: 9 },
      isPrivate: false,
    });
  });

  it('refuses what no form of ours has, each in a sentence', () => {
    const forged = { prompt: ' \n ', negativePrompt: '', size: '1x1', steps: 'many', guidanceScale: '7' };
    const { prompt, seed, ...shown } = rose;
    const parse = (change: Partial<typeof forged>) =>
      parseOptions(
        toOptions({ ...forged, size: '1024x1024', ...change }, { shown, isPrivate: false }),
        limitParameters(shown, defaultSettings, []),
        texts,
      );
    expect(parse({})).toEqual({
      problems: [
        expect.stringMatching(/^`prompt` must be/),
        expect.stringMatching(/^`steps` must be/),
        "You weren't charged.",
      ],
    });
    expect(parse({ size: '1x1' })).toEqual({
      problems: [expect.stringMatching(/^`size` must be/), "You weren't charged."],
    });
    const missing = readFields({ fields: new Map() } as never);
    expect(missing).toEqual({
      prompt: '',
      negativePrompt: '',
      size: 'unchanged',
      steps: 'unchanged',
      guidanceScale: 'unchanged',
    });
  });

  it('has what was typed before, and as much of it as it still offers', () => {
    const form = { prompt: 'mine', negativePrompt: 'no', size: '1344x768', steps: '55', guidanceScale: '99' };
    const again = editForm(makeJob({ parameters: odd }), false, texts, form);
    expect(fieldsOf(again).map(({ text }) => text)).toEqual(['mine', 'no', '', '', '']);
    expect(['size', 'steps', 'guidance'].map((name) => chosen(again, name))).toEqual([
      'Wide 7:4 (1344×768)',
      '55',
      '7.5 (as it was)',
    ]);
  });
});

describe('the form for a new image', () => {
  it('is empty, with the defaults of the server', () => {
    const { defaults: base } = defaultsFor(parseSettings({ defaults: { steps: 33, size: '768x1344' } }), []);
    const form = composeForm({ base, isPrivate: true }, texts);
    expect(checkBody('callback', { type: 9, data: form })).toEqual([]);
    expect(form.custom_id).toBe('compose:private');
    expect(fieldsOf(form).map(({ text }) => text)).toEqual(['', '', '', '', '']);
    expect(['size', 'steps', 'guidance'].map((name) => chosen(form, name))).toEqual([
      'Tall 4:7 (768×1344)',
      '33 (default)',
      '7',
    ]);
  });

  it('takes a choice that the form had made already for none, so that the member reads what was lowered', () => {
    const limits = { everyone: { maxSteps: 40, maxMegapixels: 0.5 } };
    const limited = defaultsFor(parseSettings({ limits }), [], [{ steps: 90, size: '768x1344' }]);
    const { defaults: shown } = limited;
    const form = composeForm({ base: shown, isPrivate: false }, texts);
    const loweredBy = (changes: Record<string, string>) => {
      const filled = readFields(submittedFields(form, { prompt: 'a rose', ...changes }));
      const parsed = parseOptions(toOptions(filled, { shown, isPrivate: false }), limited, texts);
      return 'parameters' in parsed ? parsed.lowered?.map(({ name }) => name) : undefined;
    };
    expect(loweredBy({})).toEqual(['size', 'steps']);
    expect(loweredBy({ steps: '30' })).toEqual(['size']);
  });

  it('draws a seed for each image', () => {
    const limited = defaultsFor(defaultSettings, []);
    const { defaults: base } = limited;
    const form = composeForm({ base, isPrivate: false }, texts);
    const seeds = [1, 2].map(() => {
      const parsed = parseOptions(
        toOptions(readFields(submittedFields(form, { prompt: 'a rose' })), { shown: base, isPrivate: true }),
        limited,
        texts,
      );
      return 'parameters' in parsed ? parsed.parameters.seed : undefined;
    });
    expect(new Set(seeds).size).toBe(2);
    expect(seeds.every((seed) => seed !== undefined && seed >= 0)).toBe(true);
  });
});
