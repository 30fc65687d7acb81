import { buttonsOf, type Channel, type Message } from '../../sandbox/discord/index.ts';
import type { SubmitRecord } from '../../sandbox/segmind/index.ts';
import { type TestBed, textOf } from './test-bed.ts';

/** What must be true for every job, whatever goes wrong. */

/** Answers to a POST that mean that it was not accepted. */
const NOT_TAKEN: ReadonlySet<number> = new Set([400, 401, 402, 403, 404, 406, 410, 429, 500, 502, 503, 504]);

/** The POSTs of a prompt, oldest first. */
export function submitsOf(bed: TestBed, prompt: string): SubmitRecord[] {
  return bed.segmind.submits.filter(({ body }) => body['prompt'] === prompt);
}

/** The POSTs after one that was, or may have been, accepted: each may be paid for twice. */
export function paidTwice(submits: readonly SubmitRecord[]): SubmitRecord[] {
  const taken = submits.findIndex(({ status, requestId }) => requestId !== undefined || !NOT_TAKEN.has(status));
  return taken < 0 ? [] : submits.slice(taken + 1);
}

/** All messages of the first server and of direct messages, including private ones. */
export function allMessages({ discord }: TestBed): Message[] {
  const members = [...discord.guild.members.values()].map(({ user }) => user).filter(({ bot }) => !bot);
  const channels: Channel[] = [...discord.guild.channels, ...members.map((user) => discord.directMessages(user))];
  return channels.flatMap((channel) => discord.messages(channel));
}

/** The final messages of a job: only they have a Details button. */
export function endingsOf(bed: TestBed, prompt: string): Message[] {
  return allMessages(bed).filter((message) => showsEnd(message) && textOf(message).includes(prompt));
}

export function showsEnd(message: Message): boolean {
  return !message.deleted && buttonsOf(message).some(({ customId }) => customId?.startsWith('details:'));
}

/** Whether a message carries exactly the bytes that Segmind rendered for this request. */
export function carriesImagesOf(
  { segmind }: Pick<TestBed, 'segmind'>,
  message: Message,
  requestId: string | undefined,
): boolean {
  const images = requestId === undefined ? [] : segmind.imagesOf(requestId);
  return (
    images.length > 0 &&
    message.attachments.length === images.length &&
    message.attachments.every(({ bytes }, index) => bytes.equals(images[index] ?? Buffer.alloc(0)))
  );
}
