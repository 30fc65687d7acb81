import { DiscordAPIError, RateLimitError } from 'discord.js';
import pino from 'pino';
import type { Job, JobIn, StateName, StateOf } from '../../src/jobs/job.ts';
import type { SubmitHold, SubmitHoldStore } from '../../src/jobs/permits/hold.ts';
import type { JobStore } from '../../src/jobs/store.ts';
import { createLog } from '../../src/log.ts';

export const SILENT = createLog({ level: 'silent', logPrompts: false });

/** A job in a server's channel, with a known reply. */
export function makeJob(change: Partial<Job> = {}): Job {
  return {
    id: '0000000000001',
    interactionId: '100000000000000001',
    applicationId: '100000000000000002',
    interactionToken: 'token',
    receivedAtMs: Date.now(),
    createdAtMs: Date.now(),
    requesterId: '100000000000000003',
    guildId: '100000000000000009',
    channelId: '100000000000000004',
    locale: 'en-US',
    isPrivate: false,
    attachmentSizeLimit: 10_485_760,
    parameters: {
      prompt: 'a red rose',
      samples: 1,
      scheduler: 'DPM2 Karras',
      steps: 30,
      guidanceScale: 7,
      seed: 7,
      width: 1024,
      height: 1024,
    },
    forced: { spoilers: false },
    state: { name: 'queued', queuedAtMs: Date.now(), isFirst: false, hasRetried: false },
    messageIds: ['100000000000000005'],
    refusedRoutes: [],
    ...change,
  };
}

/** Such a job in this state. */
export function makeJobIn<Name extends StateName>(state: StateOf<Name>, change: Partial<Job> = {}): JobIn<Name> {
  return { ...makeJob(change), state };
}

/** Stores such a job, whose interaction has the same id. */
export async function insertQueued(store: JobStore, id: string, change: Partial<Job> = {}): Promise<JobIn<'queued'>> {
  const job = await store.insert(makeJob({ ...change, id, interactionId: id }));
  if (job?.state.name !== 'queued') throw new Error(`The job ${id} is not queued.`);
  return { ...job, state: job.state };
}

/** The stored hold, for `grant`. */
export async function loadHold(holds: SubmitHoldStore): Promise<() => SubmitHold> {
  const hold = await holds.load();
  return () => hold;
}

/** A log that records its lines. */
export function recordedLog() {
  const lines: { readonly level: number; readonly msg: string }[] = [];
  const log = pino({ level: 'debug', serializers: { err: String } }, { write: (line) => lines.push(JSON.parse(line)) });
  return { log, lines };
}

/** Discord's answer with a code: 10008 is 404, 50035 is 400, and so on. */
export function refusal(status: number, code: number): DiscordAPIError {
  return new DiscordAPIError({ code, message: `refused by ${code}` }, code, status, 'PATCH', 'https://discord.test', {
    body: {},
    files: [],
  });
}

/** discord.js's error when Discord asks for a wait that is too long for a request. */
export function longWait(seconds: number): RateLimitError {
  return new RateLimitError({
    global: false,
    hash: 'hash',
    limit: 5,
    majorParameter: 'global',
    method: 'PATCH',
    retryAfter: seconds * 1_000,
    route: '/webhooks/:id/:token/messages/@original',
    scope: 'user',
    sublimitTimeout: 0,
    timeToReset: 0,
    url: 'https://discord.test',
  });
}

/** The error of a connection that broke during a request. */
export function brokenConnection(): Error {
  return Object.assign(new Error('other side closed'), { code: 'UND_ERR_SOCKET' });
}
