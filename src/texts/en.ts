import { formats } from './formats.ts';

const format = formats('en-US');
const { ordinal } = format;

/*
 * Everything that people read in Discord, in English. A text with facts in it is a function of them. What members typed arrives
 * escaped, mentions and timestamps arrive as Discord's markup.
 */

/** A job that has not ended. */
const progress = {
  queued: {
    title: 'In the queue',
    next: (minutes: number) => `You're next, ${aboutMinutes(minutes)}.`,
    place: ({ place, of, isAbout, minutes }: { place: number; of: number; isAbout: boolean; minutes: number }) =>
      `You're ${isAbout ? 'about ' : ''}${ordinal(place, { one: 'st', two: 'nd', few: 'rd', other: 'th' })} of ${format.number(of)} in the queue, ${aboutMinutes(minutes)}.`,
    paused: (until: string) => `Segmind asked us to slow down. The queue resumes ${until}.`,
  },
  onHold: {
    title: 'On hold',
    text: (cause: string) =>
      `${cause} Your request resumes by itself. If it isn't fixed within 15 minutes, I'll cancel this for free.`,
  },
  submitting: { title: 'Starting', text: 'Sending your prompt to Segmind.' },
  accepted: { title: 'Queued at Segmind', text: 'Waiting for a free GPU.' },
  rendering: { title: 'Rendering', text: 'Painting your image...' },
  /** @param since as a timestamp that counts @param usual a duration */
  estimate: (since: string, usual: string) => `Started ${since}, usually ${usual}.`,
  overdue: 'This is slower than usual. Still working on it.',
  downloading: { title: 'Almost there', text: 'Done, uploading...' },
  cancel: 'Cancel',
};

function aboutMinutes(minutes: number): string {
  return `in about ${minutes <= 1 ? 'a minute' : `${format.number(minutes)} minutes`}`;
}

/** Why a request is refused while the queue has room for others. */
const queueShare = {
  full: ({ minutes, isDirectMessage }: { minutes: number; isDirectMessage: boolean }) =>
    `${isDirectMessage ? 'The share of direct messages in the queue' : "This server's share of the queue"} is full. Try again ${aboutMinutes(minutes)}. You weren't charged.`,
};

/** English. Another language has the same texts: `const de: Texts = { ... }`. */
export const en = {
  format,
  progress,
  queueShare,
};
