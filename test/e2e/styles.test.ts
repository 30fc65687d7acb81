import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Message } from '../../sandbox/discord/index.ts';
import { ended, imageReply, openTestBed, type TestBed, textOf } from '../support/test-bed.ts';

let bed: TestBed;
beforeAll(async () => {
  bed = await openTestBed({ settings: { limits: { everyone: { imagesPerDay: -1, jobsAtOnce: -1, maxSteps: 40 } } } });
});
afterAll(() => bed.close());

type Options = Readonly<Record<string, string | number | boolean>>;

const lastBody = () => bed.segmind.submits.at(-1)?.body;
const paint = (name: string, options: Options) =>
  bed.member(name).command('timeless', { prompt: 'a rose', ...options });
const image = async (name: string, options: Options) => imageReply(await paint(name, options));

/** The private answer to a command about styles. */
async function answer(name: string, command: string, options: Options, where: object): Promise<string> {
  const reply = await (await bed.member(name).command(command, options, where)).waitForReply();
  expect(reply.ephemeralFor).toBe(bed.discord.user(name).id);
  return textOf(reply);
}
const own = (name: string, subcommand: string, options: Options = {}) =>
  answer(name, 'timeless-style', options, { subcommand });
const server = (subcommand: string, options: Options = {}) =>
  answer('moderator', 'timeless-config', options, { group: 'style', subcommand });

async function detailsFor(name: string, message: Message): Promise<string> {
  const shown = await (await bed.member(name).press(message, 'Details')).waitForReply((reply) => textOf(reply) !== '');
  return textOf(shown);
}

async function offered(name: string, typed: string): Promise<string[]> {
  return (await bed.member(name).autocomplete('timeless', 'style', typed)).map((choice) => choice.name);
}

it('a built-in style adds to both prompts and sets its values; what is typed comes first', async () => {
  const message = await image('alice', { style: 'line art', negative_prompt: 'cars' });
  expect(lastBody()).toMatchObject({
    prompt: expect.stringMatching(/^a rose, line art drawing,/),
    negative_prompt: expect.stringMatching(/^cars, color,/),
    guidance_scale: 9,
  });
  expect(textOf(message)).toContain('style Line art');
  expect(message.embeds[0]?.description?.split('\n')[0]).toBe('a rose');
  await image('alice', { style: 'Line art', guidance: 3 });
  expect(lastBody()).toMatchObject({ guidance_scale: 3 });
});

it("a member's own style wins over the server's, is repeated as it was after it is gone, and nothing is applied twice", async () => {
  await server('add', { name: 'Noir', prompt: 'of the server' });
  await own('alice', 'save', { name: 'noir', prompt: 'film noir', negative_prompt: 'color', steps: 60 });
  expect(await offered('alice', 'noi')).toEqual(['noir (yours): film noir']);
  expect(await offered('bob', 'noi')).toEqual(['Noir (this server): of the server']);

  await image('bob', { style: 'NOIR' });
  expect(lastBody()).toMatchObject({ prompt: 'a rose, of the server' });
  const message = await image('alice', { style: 'NOIR', seed: 7 });
  const sent = lastBody();
  expect(sent).toMatchObject({ prompt: 'a rose, film noir', negative_prompt: 'color', num_inference_steps: 40 });
  expect(textOf(message)).toContain("This server's limits lowered steps from 60 to 40.");
  expect(await detailsFor('alice', message)).toContain('style:noir');
  expect(await detailsFor('bob', message)).toContain('/timeless prompt:a rose, film noir negative_prompt:color');

  expect(await own('alice', 'list')).toContain('**noir**: “film noir” · not “color” · 60 steps');
  expect(await own('alice', 'delete', { name: 'Noir' })).toContain('I deleted “Noir”.');
  await bed.restart();
  expect(await detailsFor('alice', message)).toContain('/timeless prompt:a rose, film noir negative_prompt:color');
  const again = await imageReply(await bed.member('bob').press(message, 'Reroll'));
  expect(lastBody()).toEqual(sent);
  await imageReply(await bed.member('bob').press(again, 'New seed'));
  expect(lastBody()).toMatchObject({ prompt: 'a rose, film noir', negative_prompt: 'color' });
  const bob = bed.member('bob');
  await imageReply(await bob.submitModal(await bob.press(again, 'Edit'), { prompt: 'a tulip', steps: '25' }));
  expect(lastBody()).toEqual({ ...sent, prompt: 'a tulip, film noir', num_inference_steps: 25 });
  await image('alice', { style: 'noir' });
  expect(lastBody()).toMatchObject({ prompt: 'a rose, of the server' });
});

it('what can not be used or saved is refused privately, and says why', async () => {
  const refusal = async (options: Options) => {
    const submits = bed.segmind.submits.length;
    const reply = await (await paint('alice', options)).waitForReply();
    expect(reply.ephemeralFor).toBe(bed.discord.user('alice').id);
    expect(bed.segmind.submits).toHaveLength(submits);
    return textOf(reply);
  };
  expect(await refusal({ style: 'no such' })).toContain("I don't know the style “no such”. You weren't charged.");
  await own('alice', 'save', { name: 'Bloody', prompt: 'gore' });
  expect(await refusal({ style: 'Bloody', prompt: 'x'.repeat(3_995) })).toContain('4,001 characters');
  await answer('moderator', 'timeless-config', { word: 'gore' }, { group: 'filter', subcommand: 'add' });
  expect(await refusal({ style: 'Bloody' })).toContain('This style has a word or phrase');
  const blocked = "This server's filter blocks a word or phrase in this style. Nothing changed.";
  expect(await own('alice', 'save', { name: 'Bloodier', prompt: 'g0re' })).toContain(blocked);
  expect(await server('add', { name: 'Gore', steps: 30 })).toContain(blocked);
  expect(await server('remove', { name: 'Gore' })).toContain('There is no saved style “Gore”.');
  expect(await server('list')).toContain('**Noir**: “of the server”');
  expect(await server('remove', { name: 'noir' })).toContain('Styles: removed “Noir”');
});

it('defaults of a member apply in all servers, within the limits; what the style or the member says comes first', async () => {
  const set = (options: Options) => answer('bob', 'timeless-me', options, { subcommand: 'defaults' });
  expect(await set({ steps: 50, guidance: 4, samples: 2 })).toMatch(/^\*\*Changed\*\*\n(.*\n)*Steps: \*\*50\*\*$/m);
  await bed.restart();
  const message = await image('bob', { style: 'Line art' });
  expect(lastBody()).toMatchObject({ num_inference_steps: 40, guidance_scale: 9, samples: 2 });
  expect(textOf(message)).toContain("This server's limits lowered steps from 50 to 40.");
  expect(textOf(await image('bob', { steps: 20, samples: 1 }))).not.toContain('lowered');
  expect(lastBody()).toMatchObject({ num_inference_steps: 20, guidance_scale: 4, samples: 1 });

  const elsewhere = bed.discord.createGuild();
  elsewhere.join(bed.discord.user('bob'));
  const there = bed.discord.actor('bob', elsewhere.channel('general'));
  const unlimited = await imageReply(await there.command('timeless', { prompt: 'a rose' }));
  expect(lastBody()).toMatchObject({ num_inference_steps: 50 });
  expect(textOf(unlimited)).not.toContain('lowered');

  const tooMany = await (await paint('bob', { steps: 50 })).waitForReply();
  expect(textOf(tooMany)).toContain('The limit for everyone here is 40 steps');
  await set({ clear: 'all' });
  await image('bob', {});
  expect(lastBody()).toMatchObject({ num_inference_steps: 30, guidance_scale: 7, samples: 1 });
});

it('a default of private makes images private, and is refused where that is not allowed, never public', async () => {
  await answer('mallory', 'timeless-me', { private: true }, { subcommand: 'defaults' });
  const mallory = bed.discord.user('mallory').id;
  const form = await bed.member('mallory').command('timeless-compose');
  const composed = await imageReply(await bed.member('mallory').submitModal(form, { prompt: 'a rose' }));
  expect(composed.ephemeralFor).toBe(mallory);
  expect((await image('mallory', {})).ephemeralFor).toBe(mallory);
  await answer('moderator', 'timeless-config', { private_images: false }, { subcommand: 'safety' });
  const submits = bed.segmind.submits.length;
  const refused = await (await paint('mallory', {})).waitForReply();
  expect(refused.ephemeralFor).toBe(mallory);
  expect(textOf(refused)).toContain('Use `/timeless` or `/timeless-compose` with `private:False`.');
  expect(bed.segmind.submits).toHaveLength(submits);
  expect(await answer('mallory', 'timeless-me', {}, { subcommand: 'overview' })).toContain(
    "doesn't allow private images",
  );
  expect((await ended(await paint('mallory', { private: false }))).ephemeralFor).toBeUndefined();
});
