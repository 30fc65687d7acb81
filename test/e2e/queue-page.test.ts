import { afterEach, expect, it } from 'vitest';
import { type Actor, type Message, selectsOf } from '../../sandbox/discord/index.ts';
import { ended, imageReply, labelsOf, openTestBed, type TestBed, textOf } from '../support/test-bed.ts';

let bed: TestBed;
afterEach(() => bed.close());

const ask = async (actor: Actor, prompt: string, options: object = {}) => {
  const invocation = await actor.command('timeless', { prompt, ...options });
  await invocation.waitForReply();
  return invocation;
};

async function queueOf(actor: Actor): Promise<Message> {
  const page = await (await actor.command('timeless-queue')).waitForReply((message) => message.embeds.length > 0);
  expect(page.ephemeralFor).toBe(actor.user.id);
  return page;
}

const choicesOf = (page: Message) => selectsOf(page).flatMap(({ options = [] }) => options);
const selectOf = (page: Message) => selectsOf(page)[0]?.custom_id ?? '';
const choiceOf = (page: Message, prompt: string) =>
  choicesOf(page).find(({ label }) => label.endsWith(prompt))?.value ?? '';

it('/timeless-queue shows members their requests, and cancels those that wait; moderators see and cancel all of the server', async () => {
  bed = await openTestBed({ env: { SEGMIND_MAX_IN_FLIGHT: '1' } });
  const [alice, bob, moderator] = ['alice', 'bob', 'moderator'].map((name) => bed.member(name));
  if (!alice || !bob || !moderator) throw new Error('three were named');
  bed.segmind.hold();
  const first = await ask(alice, 'rose one');
  await first.waitForReply((message) => textOf(message).includes('Sent'));
  const second = await ask(alice, 'rose two', { private: true });
  const third = await ask(alice, 'rose three');
  const tulip = await ask(bob, 'a tulip');
  const direct = await ask(bed.discord.actor('alice', 'dm'), 'rose four');

  const mine = await queueOf(alice);
  expect(textOf(mine)).toMatch(
    /in progress · .*rose one.*\n2\. 1st, start expected <t:\d+:R> · .*private · “rose two”/,
  );
  expect(textOf(mine)).not.toMatch(/tulip|rose four/);
  expect(choicesOf(mine).map(({ label }) => label)).toEqual(['2. rose two', '3. rose three']);
  expect(labelsOf(mine)).toEqual(['Refresh']);
  const everywhere = await queueOf(bed.discord.actor('alice', 'dm'));
  expect(choicesOf(everywhere)).toHaveLength(3);

  const all = await queueOf(moderator);
  await moderator.press(all, 'All requests here');
  await bed.discord.waitFor(() => textOf(all).includes('a tulip'));
  expect(textOf(all)).toContain(`<@${bob.user.id}>`);
  expect(textOf(all)).not.toContain('rose four');
  const forged = await (await alice.pressCustomId('queue-server:0')).waitForReply();
  expect(textOf(forged)).toContain('Only moderators can do this');

  await alice.select(mine, selectOf(mine), [choiceOf(mine, 'rose two')]);
  expect(textOf(await ended(second))).toContain("You weren't charged.");
  await bed.discord.waitFor(() => mine.content === 'I cancelled 1 request.');
  expect(textOf(mine)).not.toContain('rose two');

  await moderator.select(all, selectOf(all), [
    choiceOf(all, 'rose three'),
    choiceOf(all, 'a tulip'),
    choiceOf(all, 'rose two'),
  ]);
  await bed.discord.waitFor(() => all.content.startsWith("I cancelled 2 requests. I couldn't cancel 1"));
  for (const cancelled of [third, tulip]) expect(textOf(await ended(cancelled))).toContain(`<@${moderator.user.id}>`);

  // The page works after a restart, and shows what an earlier process had in its queue.
  await bed.restart();
  const before = textOf(everywhere);
  await bed.discord.actor('alice', 'dm').press(everywhere, 'Refresh');
  await bed.discord.waitFor(() => textOf(everywhere) !== before);
  expect(textOf(everywhere)).toMatch(/1st, start expected .*rose four/);
  bed.segmind.release();
  await Promise.all([imageReply(first, 20_000), imageReply(direct, 20_000)]);
});
