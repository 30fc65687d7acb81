import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Message } from '../../sandbox/discord/index.ts';
import { parseLine } from '../../sandbox/terminal/parse-line.ts';
import { imageReply, openTestBed, type TestBed, textOf } from '../support/test-bed.ts';

let bed: TestBed;
beforeAll(async () => {
  bed = await openTestBed();
});
afterAll(() => bed.close());

const bodies = () => bed.segmind.submits.map(({ body }) => body);

/** Uses the command that the details show. */
async function paste(shown: Message, name: string) {
  const command = /^```\n(.*)\n```$/m.exec(shown.content)?.[1] ?? '';
  const line = parseLine(command, bed.discord.commands);
  if (line.kind !== 'command') throw new Error(`${command} is not a command.`);
  return imageReply(await bed.member(name).command(line.name, line.options));
}

async function detailsFor(name: string, message: Message): Promise<Message> {
  const shown = await (await bed.member(name).press(message, 'Details')).waitForReply();
  expect(shown.ephemeralFor).toBe(bed.discord.user(name).id);
  return shown;
}

it('Details show others privately all there is, with a command that makes the same image, also after a restart', async () => {
  const prompt = `${'a *very* long road '.repeat(30)}end`;
  const options = {
    prompt,
    negative_prompt: '`cars`',
    size: '832x1216',
    steps: 20,
    guidance: 9.5,
    samples: 2,
    seed: 7,
  };
  const image = await imageReply(await bed.member('alice').command('timeless', { ...options, scheduler: 'Euler a' }));
  expect(textOf(image)).not.toContain('end');

  await bed.restart();
  const shown = await detailsFor('bob', image);
  expect(shown.embeds[0]?.description).toBe(prompt.replaceAll('*', '\\*'));
  for (const fact of ['\\`cars\\`', `<@${bed.discord.user('alice').id}>`, 'Reference']) {
    expect(textOf(shown)).toContain(fact);
  }
  const fields = Object.fromEntries((shown.embeds[0]?.fields ?? []).map(({ name, value }) => [name, value]));
  expect(fields).toMatchObject({
    Cost: expect.stringMatching(/^\$0\.\d{4}$/),
    'Render time': expect.stringMatching(/^\d+\.\d s$/),
  });
  expect(shown.mentions).toEqual([]);

  const command = /^```\n(.*)\n```$/m.exec(shown.content)?.[1];
  const alone = await (await bed.member('bob').press(shown, 'Command only')).waitForReply();
  expect([alone.content, alone.ephemeralFor]).toEqual([`\`\`\`\n${command}\n\`\`\``, shown.ephemeralFor]);

  await paste(shown, 'bob');
  expect(bodies().at(-1)).toEqual(bodies().at(-2));
});

it('Details of a prompt that is too long for a message are in files', async () => {
  const prompt = 'x'.repeat(4_000);
  const image = await imageReply(await bed.member('alice').command('timeless', { prompt, seed: 7 }));
  const shown = await detailsFor('alice', image);
  const [command, whole] = shown.attachments;
  expect(command?.bytes.toString()).toBe(
    `/timeless prompt:${prompt} width:1024 height:1024 steps:30 guidance:7 scheduler:DPM2 Karras samples:1 seed:7\n`,
  );
  expect(whole?.bytes.toString()).toBe(`Prompt:\n${prompt}\n`);

  bed.discord.refused.refuseFiles(bed.discord.guild, 'uploadsLimited');
  const without = await detailsFor('alice', image);
  bed.discord.refused.clear();
  expect(without.attachments).toEqual([]);
  expect(textOf(without)).toContain('rejected the rest');
});
