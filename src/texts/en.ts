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

/** What the operator allows, which no moderator can exceed. Times are timestamps. */
const ceilings = {
  serverNotAllowed: "This server isn't on the operator's list, so I can't make images here.",
  /** Amounts of the operator's whole budget are for the operator alone. */
  budget: {
    usedUp: (resets: string) =>
      `My daily budget is used up, or too little is left for this request. You weren't charged. It resets ${resets}.`,
    tooExpensive: `This request costs more than I may spend in a whole day. You weren't charged. ${smallerRequest()}`,
    nothing: "My operator set my daily budget to nothing, so I can't make images. You weren't charged.",
  },
  guildBudget: {
    usedUp: ({ allowed, left, cost, resets }: { allowed: number; left: number; cost: number; resets: string }) =>
      `The operator allows this server ${format.usd(allowed)} per day: ${format.usd(left)} is left, and this would cost about ${format.usd(cost)}. You weren't charged. It resets ${resets}.`,
    tooExpensive: ({ allowed, cost }: { allowed: number; cost: number }) =>
      `The operator allows this server ${format.usd(allowed)} per day, and this would cost about ${format.usd(cost)}. You weren't charged. ${smallerRequest()}`,
    nothing: "The operator allows this server to spend nothing, so I can't make images here. You weren't charged.",
  },
  /** In the log channel. */
  modLog: {
    server_not_allowed: "not on the operator's list of servers",
    operator_budget: "the bot's daily budget",
    operator_guild_budget: "the operator's daily budget for this server",
  },
  /** On the pages of moderators. */
  guildDay: (usd: number) =>
    usd === 0 ? 'The operator allows no spending here.' : `The operator allows ${format.usd(usd)} per day.`,
  everywhere: ({ spent, reserved, limit }: { spent: number; reserved: number; limit: number | undefined }) =>
    `All servers today: ${format.usd(spent)} spent, ${format.usd(reserved)} reserved, ${limit === undefined ? 'no limit' : `of ${format.usd(limit)}`}`,
};

function smallerRequest(): string {
  return 'Try fewer samples, fewer steps or a smaller size.';
}

function aboutMinutes(minutes: number): string {
  return `in about ${minutes <= 1 ? 'a minute' : `${format.number(minutes)} minutes`}`;
}

/** English. Another language has the same texts: `const de: Texts = { ... }`. */
export const en = {
  format,
  progress,
  ceilings,
};
