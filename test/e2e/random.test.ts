import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { BotProcess } from '../../sandbox/bot.ts';
import { buttonsOf, type Invocation, type Message } from '../../sandbox/discord/index.ts';
import { chooseDriver } from '../../src/storage/drivers.ts';
import { allMessages, carriesImagesOf, paidTwice, showsEnd, submitsOf } from '../support/invariants.ts';
import { createRandom, type Random } from '../support/random.ts';
import { discordFault, planSubmit, stirSegmind } from '../support/random-faults.ts';
import { openTestBed, type TestBed, textOf } from '../support/test-bed.ts';

const SEED = Number(process.env['RANDOM_SEED'] ?? 20_261_122);
const JOBS = 200;
/** After how many commands the bot is stopped, and by which signal. */
const ENDS = new Map<number, 'SIGKILL' | 'SIGTERM'>([
  [25, 'SIGKILL'],
  [60, 'SIGKILL'],
  [95, 'SIGTERM'],
  [125, 'SIGKILL'],
  [150, 'SIGKILL'],
  [185, 'SIGKILL'],
]);
const MEMBERS = ['alice', 'bob', 'mallory', 'moderator', 'admin', 'owner'];
const CHANNELS = ['general', 'art', 'nsfw', 'sketches'];

/** A command, and what the test knows about it. */
interface Asked {
  readonly prompt: string;
  readonly isPrivate: boolean;
  readonly requesterId: string;
  readonly invocation: Invocation;
  /** How many 429s were scripted; any more mean that the bot exceeded its rate limit. */
  readonly scriptedRefusals: number;
}

interface Row {
  readonly id: string;
  readonly interaction_id: string;
  readonly state: string;
  readonly details: string;
  readonly ended_at: number | null;
  readonly interaction_token: string | null;
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

async function readRows(folder: string): Promise<Row[]> {
  const driver = await chooseDriver();
  const connection = driver.open(join(folder, 'data/timeless.db'), { busyTimeoutMs: 1_000, isReadOnly: true });
  try {
    // Safe cast: exactly these columns are selected.
    return connection.execute('select * from jobs').rows as unknown as Row[];
  } finally {
    connection.close();
  }
}

async function ask(bed: TestBed, random: Random, index: number): Promise<Asked> {
  const prompt = `random ${String(index).padStart(3, '0')} end`;
  const member = random.pick(MEMBERS);
  const isPrivate = random.chance(0.25);
  const scriptedRefusals = planSubmit(bed.segmind, prompt, random);
  const actor = bed.discord.actor(member, bed.discord.guild.channel(random.pick(CHANNELS)));
  const options = { prompt, width: 512, height: 512, samples: random.chance(0.2) ? 2 : 1, private: isPrivate };
  const invocation = await actor.command('timeless', options);
  return { prompt, isPrivate, requesterId: actor.user.id, invocation, scriptedRefusals };
}

/** Deletes a random reply whose job is unfinished, as the member or a moderator could. */
function deleteSomeReply(bed: TestBed, asked: readonly Asked[], random: Random): void {
  const reply = random.pick(asked).invocation.reply();
  if (reply && !reply.thinking && !showsEnd(reply)) bed.discord.deleteMessage(reply);
}

/** Describes everything that happened to a job, to debug a failure. */
function describeJob(bed: TestBed, bots: readonly BotProcess[], asked: Asked, id: string | undefined): string {
  const posts = submitsOf(bed, asked.prompt).map(({ status, requestId }) => `${status} ${requestId ?? ''}`);
  const tokenPath = `/${asked.invocation.token}`;
  const requests = bed.discord.requests
    .filter(({ path, body }) => path.includes(tokenPath) || (id !== undefined && JSON.stringify(body)?.includes(id)))
    .map(({ method, path, status, files }) => {
      return `${method} ${path.replace(asked.invocation.token, 'TOKEN')} ${status} ${files.length} files`;
    });
  const shown = allMessages(bed).filter((message) => textOf(message).includes(asked.prompt));
  const lines = bots.flatMap((bot, index) =>
    bot.log.filter(({ job }) => id !== undefined && job === id).map((line) => `bot ${index}: ${JSON.stringify(line)}`),
  );
  return [
    asked.prompt,
    `acknowledged: ${asked.invocation.acknowledgedAtMs !== undefined}, private: ${asked.isPrivate}`,
    `POSTs: ${posts.join(', ') || 'none'}`,
    ...requests,
    ...shown.map(
      (message) => `shown in ${message.channelId}: ${textOf(message)} (${message.attachments.length} files)`,
    ),
    ...lines,
  ].join('\n  ');
}

/** Lists the violated expectations of a stored job. */
function problemsOf(bed: TestBed, asked: Asked, row: Row): string[] {
  const problems: string[] = [];
  const expectThat = (isTrue: boolean, problem: string) => {
    if (!isTrue) problems.push(problem);
  };
  const { prompt, invocation, requesterId } = asked;
  const posts = submitsOf(bed, prompt);
  expectThat(paidTwice(posts).length === 0, 'a second POST although the first one may have been charged');
  const refusals = posts.filter(({ status }) => status === 429).length;
  expectThat(refusals <= asked.scriptedRefusals, 'the rate limit was exceeded');
  expectThat(row.ended_at !== null, `unfinished: ${row.state}`);
  expectThat(row.interaction_token === null, 'the interaction token is still stored');
  const messages = allMessages(bed);
  const isItsEnd = (message: Message) => buttonsOf(message).some(({ customId }) => customId === `details:${row.id}`);
  const ends = messages.filter((message) => showsEnd(message) && isItsEnd(message));
  expectThat(ends.length === 1, `${ends.length} final messages`);
  const reply = invocation.reply();
  for (const end of ends) {
    expectThat(end === reply || reply?.deleted === true, 'the end stands elsewhere although the reply is there');
    const isIntact = carriesImagesOf(bed, end, posts.at(-1)?.requestId) || textOf(end).includes("I couldn't download");
    expectThat(row.state !== 'delivered' || isIntact, 'the images are not those that were rendered');
    expectThat(row.state === 'delivered' || end.attachments.length === 0, `images with the end ${row.state}`);
    const mentioned = end.mentions.filter((id) => id !== requesterId);
    expectThat(mentioned.length === 0, 'somebody else was mentioned');
  }
  const isPublic = messages.some(
    (message) => message.guildId !== undefined && !message.ephemeralFor && textOf(message).includes(prompt),
  );
  expectThat(!(asked.isPrivate && isPublic), 'a private prompt became public');
  return problems;
}

/** Without a stored job there must be no POST, and no reply that waits forever, unless the bot stopped at that moment or the acknowledgement had a fault. */
function problemsWithoutJob(bed: TestBed, { prompt, invocation }: Asked, endsMs: readonly number[]): string[] {
  const { acknowledgedAtMs, interaction } = invocation;
  const isWaitedFor = acknowledgedAtMs !== undefined && (invocation.reply()?.thinking ?? false);
  const endedThen = endsMs.some((atMs) => Math.abs(atMs - (acknowledgedAtMs ?? 0)) < 2_000);
  return [
    ...(submitsOf(bed, prompt).length > 0 ? ['a POST without a job'] : []),
    ...(isWaitedFor && !endedThen && !interaction.disturbed ? ['acknowledged, but without an outcome'] : []),
  ];
}
/** Waits, at most 90 s, until every job has ended. */
async function allEnded(folder: string): Promise<void> {
  for (const deadlineMs = Date.now() + 90_000; Date.now() < deadlineMs; ) {
    if ((await readRows(folder)).every((row) => row.ended_at !== null)) return;
    await pause(250);
  }
}

it(`violates no rule through ${JOBS} jobs, random faults and ${ENDS.size} sudden stops (RANDOM_SEED=${SEED})`, {
  tags: 'slow',
  timeout: 240_000,
}, async () => {
  // The seed decides the faults of each job, but not their timing.
  const random = createRandom(SEED);
  const bed = await openTestBed({ segmind: { requestsPerMinute: 160, queueMs: 100, renderMs: 400 } });
  const bots: BotProcess[] = [bed.bot];
  const segmindFaults = stirSegmind(bed.segmind, random);
  const asked: Asked[] = [];
  const endsMs: number[] = [];
  let restarting: Promise<void> = Promise.resolve();
  const end = async (signal: 'SIGKILL' | 'SIGTERM') => {
    endsMs.push(Date.now());
    if (signal === 'SIGTERM') await bed.bot.stop();
    await bed.restart();
    bots.push(bed.bot);
  };

  for (let index = 0; index < JOBS; index += 1) {
    asked.push(await ask(bed, random, index));
    if (random.chance(0.6)) bed.discord.faults.add(discordFault(random));
    if (random.chance(0.04)) deleteSomeReply(bed, asked, random);
    const signal = ENDS.get(index);
    if (signal) restarting = end(signal);
    // Send a few commands while the bot is down or restarting.
    if (ENDS.has(index - 4)) await restarting;
    await pause(random.between(20, 300));
  }
  await restarting;
  segmindFaults.calm();
  bed.discord.faults.clear();
  await allEnded(bed.folder);
  // Leave time for anything that would arrive twice.
  await pause(2_500);

  const rows = await readRows(bed.folder);
  const byInteraction = new Map(rows.map((row) => [row.interaction_id, row]));
  const problems = asked.flatMap((one) => {
    const row = byInteraction.get(one.invocation.id);
    const found = row ? problemsOf(bed, one, row) : problemsWithoutJob(bed, one, endsMs);
    return found.length > 0 ? [`${found.join('; ')}\n  ${describeJob(bed, bots, one, row?.id)}`] : [];
  });
  expect(problems.join('\n\n')).toBe('');
  expect(bots.map(({ stderr }) => stderr).join('')).toBe('');
  // Check that the faults had an effect at all.
  const endedAs = (state: string) => rows.filter((row) => row.state === state).length;
  expect(endedAs('delivered')).toBeGreaterThan(JOBS / 2);
  expect(endedAs('unknown')).toBeGreaterThan(JOBS / 40);
  expect(endedAs('failed')).toBeGreaterThan(JOBS / 40);
  await bed.close();
});
