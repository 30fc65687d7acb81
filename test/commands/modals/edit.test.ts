import { type APIModalInteractionResponseCallbackData, MessageFlags, MessageFlagsBitField } from 'discord.js';
import { beforeEach, describe, expect, it } from 'vitest';
import { edit } from '../../../src/commands/buttons/edit.ts';
import { openDraft } from '../../../src/commands/buttons/open-draft.ts';
import { composeSubmitted } from '../../../src/commands/modals/compose.ts';
import { editSubmitted, privateEditSubmitted } from '../../../src/commands/modals/edit.ts';
import { timelessCompose } from '../../../src/commands/timeless-compose.ts';
import { customId } from '../../../src/replies/custom-id.ts';
import { en } from '../../../src/texts/en.ts';
import { createCommandParts } from '../../support/command-parts.ts';
import { makeJob } from '../../support/job-fixtures.ts';
import { pause } from '../../support/pause.ts';
import { CHANNEL_ID, ELSEWHERE_ID, GUILD_ID, MEMBER_ID, OTHER_ID } from '../../support/settings-fixtures.ts';
import { submittedFields } from '../../support/submitted-fields.ts';

let parts: Awaited<ReturnType<typeof createCommandParts>>;
const { parameters } = makeJob();
const job = makeJob({
  requesterId: MEMBER_ID,
  guildId: GUILD_ID,
  channelId: CHANNEL_ID,
  messageIds: ['600000000000000006', '600000000000000007'],
  state: { name: 'delivered', submittedAtMs: 0, renderedAtMs: 1, imageCount: 2, imageUrls: [], imageFiles: [] },
  parameters: { ...parameters, scheduler: 'Euler a', samples: 2, steps: 33, negativePrompt: 'rain' },
});

beforeEach(async () => {
  parts = await createCommandParts();
  parts.jobs.set(job.id, job);
});

const as = (userId: string) => parts.invokedBy({ ...parts.invoker, userId });
const press = (userId = MEMBER_ID) => edit.execute(parts.interaction, job.id, parts.context, as(userId));
/** The form that was opened last. */
function opened(): APIModalInteractionResponseCallbackData {
  const modal = parts.modals.at(-1);
  if (!modal) throw new Error('no form was opened');
  return modal;
}
const modalOf = ({ custom_id }: { custom_id: string }) =>
  custom_id === customId('edit-private', job.id) ? privateEditSubmitted : editSubmitted;
const submitEdit = (changes: Record<string, string> = {}, userId = MEMBER_ID) =>
  modalOf(opened()).execute(parts.submitting(submittedFields(opened(), changes)), job.id, parts.context, as(userId));
const compose = (isPrivate = false) =>
  timelessCompose.execute(
    Object.assign(parts.interaction, { options: { getBoolean: () => isPrivate } }) as never,
    parts.context,
    as(MEMBER_ID),
  );
const submitCompose = (changes: Record<string, string>) =>
  composeSubmitted.execute(
    parts.submitting(submittedFields(opened(), changes)),
    opened().custom_id.split(':')[1] ?? '',
    parts.context,
    as(MEMBER_ID),
  );
const openAgain = (ownerId = MEMBER_ID, userId = MEMBER_ID) =>
  openDraft.execute(parts.interaction, ownerId, parts.context, as(userId));
const typedPrompt = () =>
  opened().components.map((label) =>
    'component' in label && 'value' in label.component ? label.component.value : '',
  )[0];

const editAgain = [
  { type: 1, components: [expect.objectContaining({ label: 'Edit again', custom_id: customId('draft', MEMBER_ID) })] },
];
function expectDraft(text: string): void {
  expect(parts.replies).toEqual([
    { content: expect.stringContaining(text), components: editAgain, flags: MessageFlags.Ephemeral },
  ]);
  expect(parts.accepted).toEqual([]);
}
/** Until the draft is stored, which nobody waits for. */
async function stored(): Promise<void> {
  while (!(await parts.drafts.find(MEMBER_ID))) await pause(1);
}

describe('Edit', () => {
  it('paints an image with what was changed; seed, scheduler and samples stay, and it links to the message', async () => {
    await press(OTHER_ID);
    await submitEdit({ prompt: 'a blue rose', negative_prompt: '', size: '832x1216' }, OTHER_ID);
    const { negativePrompt: _, ...kept } = job.parameters;
    expect(parts.accepted).toMatchObject([{ requesterId: OTHER_ID, isPrivate: false }]);
    expect(parts.accepted[0]?.parameters).toEqual({ ...kept, prompt: 'a blue rose', width: 832, height: 1216 });
    expect(parts.accepted[0]?.origin).toEqual({
      button: 'edit',
      jobId: job.id,
      messageId: '600000000000000006',
      channelId: CHANNEL_ID,
      repeatsImage: false,
    });
    expect(parts.deferred).toEqual([{}]);
  });

  it.each([
    ['in direct messages to the public message of a server', true, false, [job.messageIds[0], CHANNEL_ID, GUILD_ID]],
    ['in direct messages to no private one', true, true, []],
    ['in a server to no private one', false, true, []],
  ])('links %s', async (_, isAlone, isPrivate, link) => {
    parts.jobs.set(job.id, { ...job, isPrivate });
    const { guildId: __, ...alone } = parts.invoker;
    await press();
    const submitted = parts.submitting(submittedFields(opened()));
    const invoker = parts.invokedBy(isAlone ? alone : parts.invoker);
    await modalOf(opened()).execute(submitted, job.id, parts.context, invoker);
    const [{ origin } = {}] = parts.accepted;
    expect(origin).toMatchObject({ button: 'edit', jobId: job.id });
    expect([origin?.messageId, origin?.channelId, origin?.guildId].filter(Boolean)).toEqual(link);
  });

  it('links nowhere from a server to direct messages', async () => {
    const { guildId: _, ...direct } = job;
    parts.jobs.set(job.id, direct);
    await press();
    await submitEdit();
    expect(parts.accepted[0]?.origin).not.toHaveProperty('messageId');
  });

  it('links to the message in another channel of the server, and to none elsewhere', async () => {
    parts.jobs.set(job.id, { ...job, channelId: ELSEWHERE_ID });
    await press();
    await submitEdit({ prompt: 'a blue rose' });
    const origin = { button: 'edit', jobId: job.id, repeatsImage: false };
    expect(parts.accepted[0]?.origin).toEqual({ ...origin, messageId: '600000000000000006', channelId: ELSEWHERE_ID });
    parts.jobs.set(job.id, { ...job, guildId: '400000000000000009' });
    await press();
    await submitEdit({ prompt: 'a blue rose' });
    expect(parts.accepted[1]?.origin).toEqual(origin);
  });

  it.each([
    ['on its private message', MessageFlags.Ephemeral, 1, true],
    ['on its public message', 0, 1, false],
    ['in the private list of images', MessageFlags.Ephemeral, 0, false],
  ])('of a shared image, %s, is private as that message is, also when it is opened again', async (...row) => {
    const [_, flags, files, isPrivate] = row;
    parts.jobs.set(job.id, { ...job, sharedAtMs: 1 });
    Object.assign(parts.interaction, {
      message: { flags: new MessageFlagsBitField(flags), attachments: { size: files } },
    });
    await press();
    parts.refusal = { name: 'restarting' };
    await submitEdit({ prompt: 'a blue rose' });
    await stored();
    parts.refusal = undefined;
    await openAgain();
    await submitEdit();
    expect(parts.accepted).toMatchObject([{ isPrivate, parameters: { prompt: 'a blue rose' } }]);
  });

  it('of a private image is private', async () => {
    parts.jobs.set(job.id, { ...job, isPrivate: true });
    await press();
    await submitEdit({ prompt: 'a blue rose' });
    expect(parts.accepted).toMatchObject([{ isPrivate: true }]);
    expect(parts.deferred).toEqual([{ flags: MessageFlags.Ephemeral }]);
  });

  it('lowers what an image has above the limits of who edits it, says so, and refuses what they choose above them', async () => {
    parts.jobs.set(job.id, { ...job, parameters: { ...job.parameters, samples: 4, width: 2048, height: 1024 } });
    await parts.set({ limits: { everyone: { maxSamples: 1, maxSteps: 25, maxMegapixels: 0.5 } } });
    await press();
    await submitEdit({ prompt: 'a blue rose', steps: '30' });
    expectDraft('Press Edit again and choose `steps` of 25 or less.');
    await submitEdit({ prompt: 'a blue rose' });
    expect(parts.accepted).toMatchObject([{ parameters: { samples: 1, steps: 25, width: 976, height: 512 } }]);
    expect(parts.accepted[0]?.lowered).toEqual([
      { name: 'size', wanted: '2048x1024' },
      { name: 'steps', wanted: '33' },
      { name: 'samples', wanted: '4' },
    ]);
    await submitEdit({ prompt: 'a blue rose', steps: '25' });
    expect(parts.accepted[1]?.lowered?.map(({ name }) => name)).toEqual(['size', 'samples']);
  });

  it('says what to do where the style or the privacy of the image is not allowed any more', async () => {
    const style = { name: 'Rainy', prompt: 'rain', parameters: {} };
    parts.jobs.set(job.id, { ...job, isPrivate: true, style });
    await press();
    await parts.set({ safety: { privateAllowed: false } });
    await submitEdit();
    expectDraft('`/timeless-compose` with `private:False`');
    parts.replies.length = 0;
    await parts.set({ filterWords: ['rainy'] });
    await submitEdit();
    expectDraft('copy yours into `/timeless-compose`');
  });

  it('is for those who may use Reroll, when it opens the form and when that is submitted', async () => {
    await press(OTHER_ID);
    await parts.set({ buttons: { reroll: { who: 'requester' } } });
    await submitEdit({}, OTHER_ID);
    await press(OTHER_ID);
    expect(parts.modals).toHaveLength(1);
    expect(parts.replies.map(({ content }) => content)).toEqual([
      en.buttonRefusal.edit.requester,
      en.buttonRefusal.edit.requester,
    ]);
    expect(parts.accepted).toEqual([]);
    await press(MEMBER_ID);
    expect(parts.modals).toHaveLength(2);
  });

  it.each([
    ['is gone', undefined],
    ['is private', { ...job, isPrivate: true }],
    ['stands in another channel', { ...job, channelId: ELSEWHERE_ID }],
  ])('shows others nothing of a job that %s', async (_, known) => {
    await press();
    parts.jobs.clear();
    if (known) parts.jobs.set(job.id, known);
    await press(OTHER_ID);
    await submitEdit({}, OTHER_ID);
    expect(parts.modals).toHaveLength(1);
    expect(parts.replies.map(({ content }) => content)).toEqual([en.refusal.imageForgotten, en.refusal.imageForgotten]);
  });

  it('keeps a form that the rules refuse, and opens it again as it was', async () => {
    await parts.set({ filterWords: ['kid'] });
    await press();
    await submitEdit({ prompt: 'a kid', steps: '50' });
    expectDraft('filter blocks');
    await stored();
    await openAgain();
    expect(opened().custom_id).toBe(customId('edit', job.id));
    expect(typedPrompt()).toBe('a kid');
    await submitEdit({ prompt: 'a goat' });
    expect(parts.accepted).toMatchObject([{ parameters: { prompt: 'a goat', steps: 50, seed: job.parameters.seed } }]);
  });

  it('keeps a form that is refused because of the queue, or because it was full when the job came', async () => {
    await press();
    parts.refusal = { name: 'full', minutes: 3 };
    await submitEdit();
    expectDraft(en.refusal.queueFull(3));
    parts.refusal = undefined;
    parts.acceptance = { name: 'full', minutes: 3 };
    await submitEdit();
    parts.acceptance = 'not_stored';
    await submitEdit();
    expect(parts.edits).toEqual([
      { content: en.refusal.queueFull(3), components: editAgain },
      { content: expect.stringContaining("couldn't save your request"), components: editAgain },
    ]);
  });

  it('keeps a form that no client of Discord would have sent', async () => {
    await press();
    const { fields } = submittedFields(opened());
    fields.delete('prompt');
    await editSubmitted.execute(parts.submitting({ fields }), job.id, parts.context, as(MEMBER_ID));
    expectDraft('`prompt` must be');
  });
});

describe('/timeless-compose', () => {
  it.each([false, true])('paints what the form says (private: %s)', async (isPrivate) => {
    await compose(isPrivate);
    await submitCompose({ prompt: 'a\nlong\nprompt', guidance: '9' });
    expect(parts.accepted).toMatchObject([
      { isPrivate, parameters: { prompt: 'a\nlong\nprompt', guidanceScale: 9, steps: 30, width: 1024 } },
    ]);
    expect(parts.accepted[0]?.origin).toEqual({ button: 'compose', repeatsImage: false });
    expect(parts.deferred).toEqual([isPrivate ? { flags: MessageFlags.Ephemeral } : {}]);
  });

  it('opens no form for a private image where the server allows none', async () => {
    await parts.set({ safety: { privateAllowed: false } });
    await compose(true);
    expect(parts.replies).toEqual([
      { content: expect.stringContaining('with `private:False`'), flags: MessageFlags.Ephemeral },
    ]);
    expect(parts.modals).toEqual([]);
    await compose(false);
    expect(parts.modals).toHaveLength(1);
  });

  it('keeps a form that is refused, and opens it again with the defaults of now', async () => {
    await parts.set({ filterWords: ['kid'], defaults: { steps: 41 } });
    await compose(true);
    await submitCompose({ prompt: 'a kid', guidance: '9' });
    expectDraft('filter blocks');
    await stored();
    await parts.set({ defaults: { steps: 43 } });
    await openAgain();
    expect(opened().custom_id).toBe('compose:private');
    expect(typedPrompt()).toBe('a kid');
    await submitCompose({ prompt: 'a goat' });
    expect(parts.accepted).toMatchObject([
      { isPrivate: true, parameters: { prompt: 'a goat', guidanceScale: 9, steps: 43 } },
    ]);
  });
});

describe('Edit again', () => {
  const form = { prompt: 'a rose', negativePrompt: '', size: 'unchanged', steps: 'unchanged', guidanceScale: '7' };
  const answers = () => parts.replies.map(({ content }) => content);

  it('says so when the draft is gone, and when it is not theirs', async () => {
    await openAgain();
    await openAgain(MEMBER_ID, OTHER_ID);
    expect(answers()).toEqual([en.form.gone, en.form.notYours]);
    expect(parts.modals).toEqual([]);
  });

  it('opens the form for a new image, filled in, when the edited one is gone or not theirs to see', async () => {
    await press();
    parts.jobs.clear();
    await submitEdit({ prompt: 'a blue rose', steps: '50' });
    expectDraft(en.refusal.imageForgotten);
    await stored();
    await openAgain();
    expect(opened().custom_id).toBe('compose:public');
    await submitCompose({});
    expect(parts.accepted).toMatchObject([{ parameters: { prompt: 'a blue rose', steps: 50 } }]);
    parts.jobs.set(job.id, { ...job, isPrivate: true, requesterId: OTHER_ID });
    await parts.drafts.save(MEMBER_ID, { form, jobId: job.id, isPrivate: true });
    await openAgain();
    expect(opened().custom_id).toBe('compose:private');
  });

  it('has what was typed also when the submit failed', async () => {
    await press();
    Object.assign(parts.context.jobs, { accept: () => Promise.reject(new Error('The disk is full.')) });
    await expect(submitEdit({ prompt: 'a blue rose' })).rejects.toThrow('The disk is full.');
    await stored();
    await openAgain();
    expect(typedPrompt()).toBe('a blue rose');
    await compose();
    await expect(submitCompose({ prompt: 'two roses' })).rejects.toThrow('The disk is full.');
    while ((await parts.drafts.find(MEMBER_ID))?.form.prompt !== 'two roses') await pause(1);
  });

  it('is over once a form is accepted', async () => {
    await parts.drafts.save(MEMBER_ID, { form, jobId: job.id, isPrivate: false });
    await press();
    await submitEdit();
    expect(parts.accepted).toHaveLength(1);
    while (await parts.drafts.find(MEMBER_ID)) await pause(1);
  });

  it('asks to try again when the database takes longer than Discord waits', async () => {
    const { find } = parts.drafts;
    let answer: () => void = () => undefined;
    parts.drafts.find = () =>
      new Promise((resolve) => {
        answer = () => resolve(undefined);
      });
    await openAgain();
    parts.drafts.find = find;
    answer();
    expect(answers()).toEqual([en.refusal.busy]);
  });

  it('is offered also when the draft could not be stored, which is logged', async () => {
    parts.drafts.save = async () => {
      throw new Error('The disk is full.');
    };
    parts.refusal = { name: 'restarting' };
    await press();
    await submitEdit();
    expectDraft(en.refusal.restarting);
    while (!parts.lines.some(({ msg }) => msg === 'draft not stored')) await pause(1);
  });
});
