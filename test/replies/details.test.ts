import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readOptions } from '../../sandbox/session/parse-command.ts';
import { timeless } from '../../src/commands/timeless.ts';
import { detailsMessage } from '../../src/replies/details.ts';
import { PARAMETER_LIST } from '../../src/segmind/parameters.ts';
import { makeJob } from '../support/job-fixtures.ts';
import { embedProblems } from '../support/message-limits.ts';
import { anyStyle } from '../support/settings-arbitraries.ts';

const rose = makeJob().parameters;
const jobWith = (parameters: Partial<typeof rose> & { negativePrompt?: string }, change: object = {}) =>
  makeJob({ createdAtMs: 60_000, parameters: { ...rose, ...parameters }, ...change });
const detailsOf = (job: ReturnType<typeof makeJob>, reader: { takesFiles?: boolean; canPickStyle?: boolean } = {}) =>
  detailsMessage(job, { locale: 'en-US', canPickStyle: true, ...reader });
const fieldsOf = (job: ReturnType<typeof makeJob>) =>
  Object.fromEntries((detailsOf(job).embeds[0]?.fields ?? []).map(({ name, value }) => [name, value]));
/** The command in the code block, or in the file. */
function commandIn({ content, files }: ReturnType<typeof detailsMessage>): string {
  const file = files
    .find(({ name }) => name === 'command.txt')
    ?.attachment.toString()
    .trimEnd();
  return file ?? /^```\n(.*)\n```$/m.exec(content)?.[1] ?? '';
}
const NAMES = timeless.data.options.map(({ name }) => name);

const text = (maxLength: number) =>
  fc.oneof(
    fc.string({ minLength: 1, maxLength, unit: 'binary' }),
    fc.string({ minLength: 1, maxLength, unit: 'grapheme' }),
    fc.string({ minLength: 1, maxLength, unit: fc.constantFrom('`', '\n', 'a', '*', '\\') }),
    fc.nat({ max: maxLength - 1 }).map((length) => '*'.repeat(length + 1)),
  );

const lowered = [
  { name: 'size', wanted: '1344x768' },
  { name: 'steps', wanted: '100' },
  { name: 'samples', wanted: '4' },
];
const origin = { button: 'new-seed', jobId: '0000000000002', repeatsImage: false };

describe('the details of a job', () => {
  it('stay within Discord’s limits and break out of no code block, whatever the prompts are', () => {
    fc.assert(
      fc.property(
        text(4_000),
        text(2_000),
        text(1_000),
        anyStyle,
        fc.boolean(),
        (prompt, negative, forced, style, takesFiles) => {
          const change = { style, lowered, forced: { negativePrompt: forced, spoilers: true }, origin };
          const job = jobWith({ prompt, negativePrompt: negative }, change);
          const { content, embeds, files } = detailsOf(job, { takesFiles });
          expect(embedProblems(embeds)).toEqual([]);
          expect(content.length).toBeGreaterThan(0);
          expect(content.length).toBeLessThanOrEqual(2_000);
          const fences = content.split('```').length - 1;
          expect(fences).toBe(content.includes('/timeless') ? 2 : 0);
          if (!takesFiles) expect(files).toEqual([]);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('have a command on one line that asks for the same again', () => {
    const word = fc.stringMatching(/^[a-z*_`(<@][a-z*_`()<>@!,.]{0,30}$/);
    const words = fc.array(word, { minLength: 1, maxLength: 200 });
    const seed = fc.integer({ min: 0, max: 999_999_999_999_999 });
    fc.assert(
      fc.property(words, words, seed, fc.constantFrom(1, 7.5, 25), (prompt, negative, itsSeed, guidanceScale) => {
        const parameters = {
          ...rose,
          prompt: prompt.join('\n').slice(0, 4_000).trim(),
          negativePrompt: negative.join(' ').slice(0, 2_000).trim(),
          seed: itsSeed,
          guidanceScale,
          samples: 3,
        };
        const command = commandIn(detailsOf(jobWith(parameters)));
        const read = readOptions(command.replace(/^\/timeless /, ''), NAMES);
        const wanted = PARAMETER_LIST.map(({ name, option }) => [
          option,
          String(parameters[name]).replaceAll('\n', ' '),
        ]);
        expect(read).toEqual({ options: Object.fromEntries(wanted) });
      }),
    );
  });

  it('show all that is kept', () => {
    const job = jobWith(
      { prompt: 'a *red* rose', negativePrompt: 'thorns' },
      {
        costUsd: 0.0172,
        forced: { negativePrompt: 'n_de', spoilers: true },
        origin: { button: 'reroll', jobId: '0000000000002', repeatsImage: true },
        state: {
          name: 'delivered',
          submittedAtMs: 0,
          renderedAtMs: 1,
          imageCount: 1,
          imageUrls: [],
          imageFiles: [],
          renderSeconds: 8,
        },
      },
    );
    const { content, embeds, files } = detailsOf(job);
    expect(embeds[0]?.description).toBe('a \\*red\\* rose');
    expect(fieldsOf(job)).toEqual({
      'Negative prompt': 'thorns',
      'Negative prompt (this server)': 'n\\_de',
      Size: '1024×1024',
      Steps: '30',
      Guidance: '7',
      Scheduler: 'DPM2 Karras',
      Samples: '1',
      Seed: '7',
      Spoilers: 'on (this server)',
      'Requested by': '<@100000000000000003>',
      Requested: '<t:60:f>',
      'Started with': 'Reroll of `0000000000002`',
      'Render time': '8.0 s',
      Cost: '$0.0172',
      Reference: '`0000000000001`',
    });
    expect(content).toBe(
      'To make this image again:\n```\n/timeless prompt:a *red* rose negative_prompt:thorns width:1024 height:1024 steps:30 guidance:7 scheduler:DPM2 Karras samples:1 seed:7\n```',
    );
    expect(files).toEqual([]);
  });

  it('show the style with its texts, and what limits lowered; the command names it only where it can be picked', () => {
    const style = { name: 'Film *noir*', prompt: 'dark, foggy', negativePrompt: 'color', parameters: { steps: 40 } };
    const job = jobWith({ negativePrompt: 'cars', steps: 35 }, { style, lowered: [{ name: 'steps', wanted: '40' }] });
    expect(fieldsOf(job)).toMatchObject({
      'Negative prompt': 'cars',
      'Prompt (style)': 'dark, foggy',
      'Negative prompt (style)': 'color',
      Style: '“Film \\*noir\\*”',
      Limits: "This server's limits lowered steps from 40 to 35.",
    });
    expect(commandIn(detailsOf(job))).toMatch(
      /^\/timeless prompt:a red rose negative_prompt:cars .* style:Film \*noir\*$/,
    );
    const asText = commandIn(detailsOf(job, { canPickStyle: false }));
    expect(asText).toMatch(/^\/timeless prompt:a red rose, dark, foggy negative_prompt:cars, color /);
    expect(asText).not.toContain('style:');
  });

  it('leave out what is not known, and keep a private image private', () => {
    const job = jobWith({}, { isPrivate: true, state: { name: 'unknown' } });
    for (const name of ['Render time', 'Cost', 'Started with', 'Spoilers', 'Negative prompt']) {
      expect(fieldsOf(job)).not.toHaveProperty([name]);
    }
    expect(commandIn(detailsOf(job))).toMatch(/ seed:7 private:true$/);
  });

  it('know the time and cost of an image that was not delivered', () => {
    const rendered = { submittedAtMs: 0, renderedAtMs: 1, imageCount: 1, imageUrls: [], imageFiles: [] };
    const state = {
      name: 'failed',
      failure: { kind: 'undeliverable' },
      rendered: { ...rendered, costUsd: 0.01, renderSeconds: 2 },
    };
    expect(fieldsOf(jobWith({}, { state }))).toMatchObject({ 'Render time': '2.0 s', Cost: '$0.0100' });
  });

  it('come as files where a message has no room for them, and say so where Discord takes none', () => {
    const job = jobWith({ prompt: 'long '.repeat(700).trim(), negativePrompt: 'short' });
    const { content, files } = detailsOf(job);
    expect(files.map(({ name }) => name)).toEqual(['command.txt', 'prompt.txt']);
    expect(content).toContain('command.txt, prompt.txt');
    expect(commandIn(detailsOf(job))).toContain(job.parameters.prompt);
    expect(files[1]?.attachment.toString()).toBe(`Prompt:\n${job.parameters.prompt}\nNegative prompt:\nshort\n`);
    expect(detailsOf(job, { takesFiles: false }).content).toContain('rejected the rest');
  });

  it('have the command as a file where its code block would end within it', () => {
    const { content, files } = detailsOf(jobWith({ prompt: 'a ```rose```' }));
    expect(files.map(({ name }) => name)).toEqual(['command.txt']);
    expect(files[0]?.attachment.toString()).toContain('prompt:a ```rose``` width:');
    expect(content).not.toContain('```');
  });
});
