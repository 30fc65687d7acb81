import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { readParameters } from '../../sandbox/segmind/parameters.ts';
import { enlarge, renderImage } from '../../sandbox/segmind/render.ts';

const BASE = { prompt: 'a quiet valley', seed: 7, img_width: 512, img_height: 512 };

function parametersOf(changes: Record<string, unknown> = {}) {
  const read = readParameters({ ...BASE, ...changes });
  if ('problem' in read) throw new Error(read.problem);
  return read.parameters;
}

function paint(changes: Record<string, unknown> = {}, sample = 0) {
  return renderImage(parametersOf(changes), sample);
}

async function meanDifference(first: Buffer, second: Buffer): Promise<number> {
  const [one, two] = await Promise.all([first, second].map((image) => sharp(image).raw().toBuffer()));
  if (!one || !two) throw new Error('two images expected');
  return one.reduce((sum, value, index) => sum + Math.abs(value - (two[index] ?? 0)), 0) / one.length;
}

async function meanColour(image: Buffer): Promise<{ red: number; green: number; blue: number }> {
  const { channels } = await sharp(image).stats();
  const [red, green, blue] = channels.map((channel) => channel.mean);
  return { red: red ?? 0, green: green ?? 0, blue: blue ?? 0 };
}

describe('a sandbox rendering', () => {
  test('has the same bytes for the same parameters', async () => {
    expect((await paint()).equals(await paint())).toBe(true);
  });

  test('looks different for another seed or another sample', async () => {
    const image = await paint();
    expect(await meanDifference(image, await paint({ seed: 8 }))).toBeGreaterThan(8);
    expect(await meanDifference(image, await paint({}, 1))).toBeGreaterThan(8);
  });

  test.each([
    { prompt: 'a loud valley' },
    { negative_prompt: 'blurry' },
    { scheduler: 'UniPC' },
    { num_inference_steps: 31 },
    { guidance_scale: 7.5 },
    { samples: 2 },
  ])('changes with %o', async (change) => {
    expect((await paint()).equals(await paint(change))).toBe(false);
  });

  test('does not depend on the transport of the image', async () => {
    expect((await paint()).equals(await paint({ base64: true }))).toBe(true);
  });

  test.each([
    [512, 2048],
    [2048, 512],
    [1344, 768],
  ])('is a JPEG of exactly %i × %i', async (img_width, img_height) => {
    const { format, width, height } = await sharp(await paint({ img_width, img_height })).metadata();
    expect({ format, width, height }).toEqual({ format: 'jpeg', width: img_width, height: img_height });
  });

  test('takes its colours from the colour words of the prompt', async () => {
    const red = await meanColour(await paint({ prompt: 'a red rose' }));
    const teal = await meanColour(await paint({ prompt: 'a teal rose' }));
    expect(red.red).toBeGreaterThan(red.green * 1.3);
    expect(teal.green).toBeGreaterThan(teal.red * 1.1);
  });

  test('leaves out the colours of the negative prompt', async () => {
    const image = await paint({ prompt: 'a red and teal rose', negative_prompt: 'red' });
    const { red, green } = await meanColour(image);
    expect(green).toBeGreaterThan(red * 1.1);
  });

  test.each(['<b>&amp;"quoted" </span>', '🌹'.repeat(50), 'W'.repeat(4000), '\u0000\n\t'])(
    'writes any prompt (%#)',
    async (prompt) => {
      expect((await paint({ prompt })).length).toBeGreaterThan(1000);
    },
  );

  test('shows the prompt large in the middle', async () => {
    const middle = { left: 64, top: 192, width: 384, height: 128 };
    const whiteShare = async (prompt: string) => {
      const grey = await sharp(await paint({ prompt }))
        .extract(middle)
        .greyscale()
        .raw()
        .toBuffer();
      return grey.filter((value) => value > 230).length / grey.length;
    };
    const [one, three] = [await whiteShare('black'), await whiteShare('black black black')];
    expect(one).toBeGreaterThan(0.04);
    expect(three).toBeGreaterThan(one * 1.5);
  });

  test('needs no fonts and no font configuration on the system, and prints no warnings about them', async () => {
    const program = `
      import { createHash } from 'node:crypto';
      import { renderImage } from './sandbox/segmind/render.ts';
      const bytes = await renderImage(JSON.parse(process.argv[1]), 0);
      process.stdout.write(createHash('sha256').update(bytes).digest('hex'));`;
    const root = fileURLToPath(new URL('../..', import.meta.url));
    const tsx = createRequire(import.meta.url).resolve('tsx');
    const { stdout, stderr } = await promisify(execFile)(
      process.execPath,
      ['--import', tsx, '--input-type=module', '--eval', program, JSON.stringify(parametersOf())],
      { cwd: root, env: { PATH: process.env['PATH'], FONTCONFIG_FILE: '/dev/null' } },
    );
    expect(stderr).toBe('');
    const here = createHash('sha256')
      .update(await paint())
      .digest('hex');
    expect(stdout).toBe(here);
  });
});

test('an enlarged image has exactly that many bytes and still opens', async () => {
  const image = enlarge(await paint(), 3_000_000);
  expect(image.length).toBe(3_000_000);
  expect((await sharp(image).metadata()).width).toBe(512);
});
