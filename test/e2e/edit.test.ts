import { afterAll, beforeAll, expect, it } from 'vitest';
import { fieldsOf, type Invocation, type Message } from '../../sandbox/discord/index.ts';
import { imageReply, labelsOf, openTestBed, storedReply, type TestBed, textOf } from '../support/test-bed.ts';

let bed: TestBed;
beforeAll(async () => {
  bed = await openTestBed({ settings: { filterWords: ['kid'] } });
});
afterAll(() => bed.close());

const bodies = () => bed.segmind.submits.map(({ body }) => body);
const lastBody = () => bodies().at(-1) ?? {};
/** Presses a button that opens a form. */
async function open(name: string, message: Message, label: string): Promise<Invocation> {
  const opened = await bed.member(name).press(message, label);
  expect(await opened.acknowledged()).toMatchObject({ type: 9 });
  return opened;
}
const refused = async (submitted: Invocation) => {
  const answer = await submitted.waitForReply();
  expect(answer.ephemeralFor).toBeDefined();
  expect(labelsOf(answer)).toEqual(['Edit again']);
  return answer;
};

it('Edit changes an image in a new reply that links to it, also after restarts between press and submit', async () => {
  const options = {
    prompt: 'a red rose',
    negative_prompt: 'rain',
    steps: 33,
    scheduler: 'Euler a',
    seed: 7,
    samples: 2,
  };
  const image = await storedReply(bed, await bed.member('alice').command('timeless', options));
  const opened = await open('bob', image, 'Edit');
  const fields = fieldsOf(opened.modal as NonNullable<Invocation['modal']>);
  expect(fields.map(({ name, text }) => [name, text])).toEqual([
    ['prompt', 'a red rose'],
    ['negative_prompt', 'rain'],
    ['size', ''],
    ['steps', ''],
    ['guidance', ''],
  ]);
  await bed.restart();
  const changes = { prompt: 'a blue rose\nat night', size: '832x1216', guidance: '9' };
  const edited = await imageReply(await bed.member('bob').submitModal(opened, changes));
  expect(lastBody()).toEqual({
    ...bodies().at(-2),
    prompt: 'a blue rose\nat night',
    img_width: 832,
    img_height: 1216,
    guidance_scale: 9,
  });
  expect(edited.id).not.toBe(image.id);
  expect(textOf(edited)).toContain(`Requested by <@${bed.discord.user('bob').id}>`);
  expect(textOf(edited)).toContain(`(https://discord.com/channels/${image.guildId}/${image.channelId}/${image.id})`);
  expect(edited.mentions).toEqual([]);

  const details = await (await bed.member('alice').press(edited, 'Details')).waitForReply();
  expect(textOf(details)).toContain('Edit of');
});

it('a refused form opens again as it was, also after a restart, for 15 minutes', async () => {
  const image = await storedReply(bed, await bed.member('alice').command('timeless', { prompt: 'a goat', seed: 7 }));
  const opened = await open('alice', image, 'Edit');
  const answer = await refused(await bed.member('alice').submitModal(opened, { prompt: 'a kid', steps: '50' }));
  expect(answer.content).not.toContain('a kid');
  // It opens once it is stored.
  await open('alice', answer, 'Edit again');
  await bed.restart();
  const again = await open('alice', answer, 'Edit again');
  const before = bed.segmind.submits.length;
  const edited = await imageReply(await bed.member('alice').submitModal(again, { prompt: 'two goats' }));
  expect(lastBody()).toMatchObject({ prompt: 'two goats', num_inference_steps: 50, seed: 7 });
  expect(bed.segmind.submits.length).toBe(before + 1);
  expect(textOf(edited)).toContain(image.id);
});

it('/timeless-compose paints a long prompt with line breaks, privately too, and keeps what is refused', async () => {
  const alice = bed.member('alice');
  const prompt = 'a long road\n'.repeat(300).trim();
  const submitted = await alice.submitModal(await alice.command('timeless-compose'), { prompt, steps: '20' });
  const image = await imageReply(submitted);
  expect(lastBody()).toMatchObject({ prompt, num_inference_steps: 20 });
  expect(image.ephemeralFor).toBeUndefined();

  const opened = await alice.command('timeless-compose', { private: true });
  const answer = await refused(await alice.submitModal(opened, { prompt: 'a kid' }));
  const again = await alice.press(answer, 'Edit again');
  const hidden = await imageReply(await alice.submitModal(again, { prompt: 'a goat' }));
  expect(hidden.ephemeralFor).toBe(alice.user.id);
  expect(labelsOf(hidden)).toEqual(['New seed', 'Reroll', 'Edit', 'Details', 'Share']);
  const edited = await alice.submitModal(await open('alice', hidden, 'Edit'), { prompt: 'two goats' });
  expect((await imageReply(edited)).ephemeralFor).toBe(alice.user.id);
});

it('Edit lowers what its form does not show to the limits of who uses it, and says so', async () => {
  const options = { prompt: 'four roses', samples: 2 };
  const image = await imageReply(await bed.member('alice').command('timeless', options));
  const limit = (max_samples: string) =>
    bed.member('moderator').command('timeless-config', { max_samples }, { subcommand: 'limits' });
  await (await limit('1')).waitForReply();
  const edited = await bed.member('bob').submitModal(await open('bob', image, 'Edit'), { prompt: 'one rose' });
  expect(textOf(await imageReply(edited))).toContain("This server's limits lowered samples from 2 to 1.");
  expect(lastBody()).toMatchObject({ prompt: 'one rose', samples: 1 });
  await (await limit('clear')).waitForReply();
});

it('Edit works in direct messages', async () => {
  const alice = bed.discord.actor('alice', bed.discord.directMessages(bed.discord.user('alice')));
  // One at a time in direct messages: the first has to be over.
  const image = await storedReply(bed, await alice.command('timeless', { prompt: 'a rose' }));
  const edited = await imageReply(await alice.submitModal(await alice.press(image, 'Edit'), { prompt: 'a tulip' }));
  expect(textOf(edited)).toContain(`(https://discord.com/channels/@me/${image.channelId}/${image.id})`);
});
