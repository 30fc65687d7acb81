import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { imageReply, labelsOf, openTestBed, type TestBed, textOf } from '../support/test-bed.ts';

let bed: TestBed;
beforeAll(async () => {
  bed = await openTestBed();
});
afterAll(() => bed.close());

const bodyOf = (prompt: string) => bed.segmind.submits.filter(({ body }) => body['prompt'] === prompt).at(-1)?.body;

describe('/timeless', () => {
  it('delivers exactly the bytes that Segmind rendered', async () => {
    const invocation = await bed.member('alice').command('timeless', { prompt: 'a red rose', seed: 7 });
    const message = await imageReply(invocation);
    const submit = bed.segmind.submits.at(-1);
    const [image] = bed.segmind.imagesOf(submit?.requestId ?? '');
    expect(message.attachments).toHaveLength(1);
    expect(message.attachments[0]?.bytes.equals(image ?? Buffer.alloc(0))).toBe(true);
    expect(message.attachments[0]).toMatchObject({ filename: 'timeless-7-1.jpg', description: 'a red rose' });
    expect(labelsOf(message)).toEqual(['New seed', 'Reroll', 'Edit', 'Details', 'Delete']);
    expect(textOf(message)).toMatch(
      /^\na red rose\n\n1024×1024 · 30 steps · guidance 7 · DPM2 Karras · seed 7 · \d+\.\d s · \$0\.0\d$/m,
    );
    expect(textOf(message)).not.toContain('Requested by');
  });

  it('edits the reply of an ordinary job at most 6 times, and is never rate limited', async () => {
    const invocation = await bed.member('alice').command('timeless', { prompt: 'few edits' });
    await imageReply(invocation);
    const edits = bed.discord.requests.filter(
      ({ method, path }) => method === 'PATCH' && path.includes(invocation.token),
    );
    expect(edits.length).toBeGreaterThan(1);
    expect(edits.length).toBeLessThanOrEqual(6);
    expect(bed.discord.requests.filter(({ status }) => status === 429)).toEqual([]);
  });

  it('sends every option to Segmind unchanged, and shows it', async () => {
    const options = {
      prompt: 'a fox (sci-fi:1.4) in **snow**',
      negative_prompt: 'blurry, text',
      size: '768x1344',
      width: 1000,
      steps: 45,
      guidance: 9.5,
      scheduler: 'Euler a',
      samples: 4,
      seed: 999_999_999_999_999,
    };
    const message = await imageReply(await bed.member('alice').command('timeless', options));
    expect(bodyOf(options.prompt)).toEqual({
      prompt: options.prompt,
      negative_prompt: 'blurry, text',
      samples: 4,
      scheduler: 'Euler a',
      num_inference_steps: 45,
      guidance_scale: 9.5,
      seed: 999_999_999_999_999,
      img_width: 1000,
      img_height: 1344,
      base64: false,
    });
    expect(message.attachments.map(({ filename }) => filename)).toEqual(
      [1, 2, 3, 4].map((number) => `timeless-999999999999999-${number}.jpg`),
    );
    expect(message.attachments[3]?.description).toBe(`Image 4 of 4: ${options.prompt}`);
    const text = textOf(message);
    expect(text).toContain('1000×1344 · 45 steps · guidance 9.5 · Euler a · 4 samples · seed 999999999999999');
    expect(text).toContain('\\*\\*snow\\*\\*');
  });

  it('draws a seed when none is given, sends it and shows it', async () => {
    const message = await imageReply(
      await bed.member('alice').command('timeless', { prompt: 'a seedless sea', seed: -1 }),
    );
    const seed = bodyOf('a seedless sea')?.['seed'];
    expect(seed).toBeGreaterThanOrEqual(0);
    expect(textOf(message)).toContain(String(seed));
  });

  it('shows the progress step by step, and only what has happened', async () => {
    bed.segmind.hold();
    const invocation = await bed.member('alice').command('timeless', { prompt: 'a slow sunrise' });
    const rendering = await invocation.waitForReply((message) => textOf(message).includes('Sent'));
    expect(textOf(rendering)).toMatch(/Sent <t:\d+:R>, usually about \d+ s\./);
    expect(labelsOf(rendering)).toEqual([]);
    bed.segmind.release();
    const message = await imageReply(invocation);
    const titles = message.history.map(({ embeds }) => embeds[0]?.title);
    // A step that is over before it could be shown is left out.
    const steps = ['In the queue', 'Starting', 'Queued at Segmind', 'Rendering', 'Almost there', undefined];
    expect(steps.filter((step) => titles.includes(step))).toEqual(
      titles.filter((title, at) => title !== titles[at - 1] || at === 0),
    );
    expect(titles.length).toBeGreaterThan(1);
    expect(titles.at(-1)).toBeUndefined();
  });

  it('rerolls with the same seed for anyone, in a new message', async () => {
    const options = { prompt: 'a blue door', seed: 11, steps: 20, negative_prompt: 'red' };
    const first = await imageReply(await bed.member('alice').command('timeless', options));
    const again = await imageReply(await bed.member('bob').press(first, 'Reroll'));
    const { id } = bed.discord.user('bob');
    const shown = again.history.filter(({ embeds }) => embeds.length > 0);
    expect(shown.length).toBeGreaterThan(1);
    for (const { embeds } of shown) expect(embeds[0]?.description).toContain(`Requested by <@${id}>`);
    expect(textOf(again)).toContain('Same prompt, same seed: expect the same image.');
    expect(again.mentions).toEqual([]);
    expect(again.id).not.toBe(first.id);
    expect(again.attachments[0]?.bytes.equals(first.attachments[0]?.bytes ?? Buffer.alloc(0))).toBe(true);
    expect(first.deleted).toBe(false);
    expect(first.attachments).toHaveLength(1);
    const bodies = bed.segmind.submits.filter(({ body }) => body['prompt'] === 'a blue door').map(({ body }) => body);
    expect(bodies).toHaveLength(2);
    expect(bodies[0]).toEqual(bodies[1]);
  });

  it('renders another image of the same prompt with New seed', async () => {
    const first = await imageReply(await bed.member('alice').command('timeless', { prompt: 'a teal tree', seed: 12 }));
    const other = await imageReply(await bed.member('alice').press(first, 'New seed'));
    expect(other.attachments[0]?.bytes.equals(first.attachments[0]?.bytes ?? Buffer.alloc(0))).toBe(false);
    expect(bodyOf('a teal tree')?.['seed']).not.toBe(12);
    expect(textOf(other)).toContain(`Requested by <@${bed.discord.user('alice').id}>`);
    expect(textOf(other)).not.toContain('same image');
  });

  it('lets only the requester and moderators delete an image', async () => {
    const paint = async () => imageReply(await bed.member('alice').command('timeless', { prompt: 'a short life' }));
    const [mine, moderated] = await Promise.all([paint(), paint()]);
    const refused = await bed.member('mallory').press(mine, 'Delete');
    const refusal = await refused.waitForReply();
    expect(refusal.ephemeralFor).toBe(bed.discord.user('mallory').id);
    expect(textOf(refusal)).toContain('Only the person who requested this image, or a moderator');
    expect(mine.deleted).toBe(false);
    await bed.member('alice').press(mine, 'Delete');
    await bed.member('moderator').press(moderated, 'Delete');
    await bed.discord.waitFor(() => mine.deleted && moderated.deleted);
  });

  it('pings nobody and escapes markdown, whatever the prompt says', async () => {
    const alice = bed.discord.user('alice');
    const prompt = `@everyone @here <@${alice.id}> <@&${bed.discord.guild.id}> [free](https://evil.example) # big \`\`\`x`;
    const message = await imageReply(
      await bed.member('mallory').command('timeless', { prompt, negative_prompt: prompt }),
    );
    expect(message.mentions).toEqual([]);
    expect(message.content).toBe('');
    const text = textOf(message);
    expect(text).not.toMatch(/(?<!\\)[<[`#]/);
    expect(bodyOf(prompt)?.['negative_prompt']).toBe(prompt);
  });

  it('shows a long prompt with an ellipsis, but sends all of it', async () => {
    const prompt = `${'*very* long '.repeat(300)}end`;
    const message = await imageReply(await bed.member('alice').command('timeless', { prompt }));
    expect(message.embeds[0]?.description).toMatch(/^.{200,300}…\n\n1024×1024/);
    expect(message.attachments[0]?.description?.length).toBeLessThanOrEqual(1_024);
    expect(bodyOf(prompt.trim())).toBeDefined();
  });

  it('keeps a private image private, also after Reroll', async () => {
    const options = { prompt: 'a secret garden', private: true };
    const message = await imageReply(await bed.member('alice').command('timeless', options));
    expect(message.ephemeralFor).toBe(bed.discord.user('alice').id);
    const again = await imageReply(await bed.member('alice').press(message, 'Reroll'));
    expect(again.ephemeralFor).toBe(bed.discord.user('alice').id);
    expect(labelsOf(again)).toEqual(['New seed', 'Reroll', 'Edit', 'Details', 'Share']);
  });

  it('works in direct messages', async () => {
    const alice = bed.discord.actor('alice', 'dm');
    const message = await imageReply(await alice.command('timeless', { prompt: 'a letter' }));
    await alice.press(message, 'Delete');
    await bed.discord.waitFor(() => message.deleted);
  });

  it('suggests multiples of 8 for width and height', async () => {
    const choices = await bed.member('alice').autocomplete('timeless', 'width', '1001');
    expect(choices.slice(0, 2).map(({ value }) => value)).toEqual([1000, 1008]);
    const heights = await bed.member('alice').autocomplete('timeless', 'height', '');
    expect(heights.every(({ value }) => Number(value) % 8 === 0)).toBe(true);
  });

  it('refuses 1001 pixels privately, names the nearest allowed values, and starts nothing', async () => {
    const before = bed.segmind.submits.length;
    const refusal = await (
      await bed.member('alice').command('timeless', { prompt: 'odd', width: 1001 })
    ).waitForReply();
    expect(refusal.ephemeralFor).toBe(bed.discord.user('alice').id);
    expect(textOf(refusal)).toContain('Nearest to 1001: 1000 or 1008');
    expect(bed.segmind.submits).toHaveLength(before);
  });

  it('refuses forged options', async () => {
    const forged = { prompt: 'x', steps: 1_000, scheduler: 'Magic', samples: 99 };
    const refusal = await (await bed.member('mallory').command('timeless', forged, { force: true })).waitForReply();
    for (const allowed of ['20 to 100', 'DPM2 Karras', '1 to 4']) expect(textOf(refusal)).toContain(allowed);
  });
});
