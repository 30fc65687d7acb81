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

/** What happened, that it cost nothing, and what to do about it. */
const free = (what: string, advice: string) => `${what} You weren't charged. ${advice}`;

/** Why the bot sends nothing to Segmind. */
const stop = {
  credits: 'The bot has run out of Segmind credits.',
  spend_limit: 'The bot has reached the spending limit that its operator set.',
  unauthorized: "The bot isn't set up correctly: Segmind won't let it in.",
  forbidden: "The bot isn't set up correctly: it isn't allowed to use its image model.",
  model_not_found: "The bot isn't set up correctly: Segmind doesn't know its image model.",
  model_retired: "Segmind has retired the bot's image model.",
  gateway_trouble: 'Something between the bot and Segmind is blocking its requests.',
};

/** Why a job ended without its images. @param said empty, or what Segmind said */
const failure = {
  said: (words: string) => ` It said: “${words}”.`,
  bad_request: (said: string) =>
    free(`Segmind couldn't read this request.${said}`, 'Change the prompt or an option and try again.'),
  parameter_rejected: (said: string) => free(`Segmind rejected one of the options.${said}`, 'Change it and try again.'),
  inference_failed: (said: string) =>
    free(`Segmind couldn't paint this image.${said}`, 'Change the prompt or an option and try again.'),
  stopped: (cause: string) => free(cause, 'Try again later.'),
  misconfigured: free(
    "The bot isn't set up correctly: Segmind doesn't accept the format of its requests.",
    "Only the bot's operator can fix this.",
  ),
  /** By HTTP status. */
  server_error: (status: number) => {
    switch (status) {
      case 500:
        return free('Segmind had an internal error.', 'Try again, or try another size, scheduler or number of steps.');
      case 502:
        return free("Segmind's gateway couldn't reach its servers.", 'Try again in a minute.');
      case 504:
        return free("Segmind's servers didn't respond to its gateway in time.", 'Try again in a minute.');
      default:
        return free('Segmind is having trouble.', 'Try again in a few minutes.');
    }
  },
  unreachable: free("The bot couldn't reach Segmind.", 'Try again in a minute.'),
  refused_on_the_way: free('Something between the bot and Segmind blocked this request.', 'Try again in a minute.'),
  unexpected_answer: (status: number) =>
    `The bot doesn't understand Segmind's answer (${status}). You may have been charged. If it happens again, tell the bot's operator.`,
  result_expired:
    'Segmind no longer has this result: it keeps results for an hour. You may have been charged. Try again.',
  result_unreadable:
    "Your image was painted and charged, but the bot can't read Segmind's answer. Tell the bot's operator.",
  took_too_long: "Segmind didn't finish this image within an hour. You may have been charged. Try again later.",
  waited_too_long: free('Your request was in the queue for an hour.', "Try again when it's less busy."),
  downloadFailed: "Your image was painted, but the bot couldn't download it.",
  linked: "It's available for a few days at:",
  fetchAgain: "Press Fetch image to try again. That's free.",
  undeliverable: "Your image was painted, but Discord rejected it everywhere I tried. Press Fetch image: that's free.",
  internal: "Something went wrong in the bot. You may have been charged. If it happens again, tell the bot's operator.",
  not_submitted: free('Something went wrong in the bot before it sent your request.', 'Try again in a minute.'),
};

/** Why nothing happens, whatever the server's settings are. @param reference finds it in the operator's log */
const refusal = {
  queueFull: (minutes: number) => free('The queue is full.', `Try again ${aboutMinutes(minutes)}.`),
  stopped: (cause: string, reference: string) => `${free(cause, 'Try again later.')} Reference ${reference}`,
  restarting: free('The bot is restarting.', 'Try again in a minute.'),
  busy: free('The bot is busy right now.', 'Try again in a few seconds.'),
  notSaved: (reference: string) =>
    `${free("The bot couldn't save your request.", 'Try again in a minute.')} Reference ${reference}`,
  moderatorsOnly:
    'Only moderators can do this: members with Moderate Members, Manage Server or Administrator, or with a role that an administrator added (`/timeless-config moderators`).',
  imageForgotten: "The bot no longer has a record of this image, so this button doesn't work anymore.",
  unknownAction: "The bot doesn't know this command or button. It may be from an older version.",
  broken: (reference: string) =>
    `Something went wrong in the bot. Try again, and tell the bot's operator if it keeps happening. Reference ${reference}`,
};

/** Why a button does nothing for a member. @param role a mention */
const buttonRefusal = {
  cancel: {
    requester: 'Only the person who requested this image, or a moderator, can cancel it.',
    ended: 'This has already finished.',
    submitted: "Too late to cancel: this is already at Segmind. You'll be charged when it's painted.",
    justSubmitted: "Too late to cancel: this has just gone to Segmind. You'll be charged when it's painted.",
  },
  fetch: {
    requester: 'Only the person who requested this image, or a moderator, can fetch it.',
    onItsWay: 'This image is on its way right now.',
    delivered: 'This image has already been delivered.',
    gone: 'This image can no longer be fetched.',
    fetching: 'This image is already being fetched.',
  },
  repeat: {
    requester: 'Only the person who requested this image, or a moderator, can repeat it.',
    role: (role: string) => `Only members with ${role}, or a moderator, can repeat it.`,
  },
  delete: {
    requester: 'Only the person who requested this image, or a moderator, can delete it.',
    role: (role: string) =>
      `Only the person who requested this image, members with ${role}, or a moderator, can delete it.`,
  },
};

/** The numbers that limits speak of. */
const limited = {
  imagesPerDay: (count: number) => format.counted(count, { one: 'image per day', other: 'images per day' }),
  jobsAtOnce: (count: number) => format.counted(count, { one: 'request at a time', other: 'requests at a time' }),
  maxSteps: (count: number) => format.counted(count, { one: 'step', other: 'steps' }),
  maxSamples: (count: number) => format.counted(count, { one: 'sample', other: 'samples' }),
  maxMegapixels: (count: number) => format.counted(count, { one: 'megapixel', other: 'megapixels' }),
};

/** Why the rules of a server, or of direct messages, don't allow a request. @param whom for whom the rule holds */
const policy = {
  /** @param what happened @param setBy who can change it */
  refused: (what: string, advice: string, setBy: string) => `${free(what, advice)}\n-# ${setBy}`,
  setBy: {
    moderators: (command: string) => `Moderators can change this with \`/timeless-config ${command}\`.`,
    operator: "The bot's operator sets this limit.",
  },
  whom: {
    everyone: 'for everyone here',
    role: (role: string) => `for your role ${role}`,
    directMessages: 'in direct messages',
  },
  isItAMistake: "Ask a moderator if you think that's a mistake.",
  reason: (reason: string) => ` Reason: ${reason}.`,

  blocked: {
    member: 'Moderators have blocked you from making images in this server',
    role: 'Moderators have blocked one of your roles from making images in this server',
    /** @param inTime relative @param at absolute */
    ends: (inTime: string, at: string) => `. The block ends ${inTime}, ${at}.`,
    endless: ' until they lift the block.',
  },
  paused: {
    text: (since: string) => `Moderators paused images in this server ${since}.`,
    advice: 'Try again when they resume. Requests that are already in the queue still run.',
  },
  channel: {
    denied: (place: string) => `Images are turned off in ${place}.`,
    notAllowed: 'Images are turned off in this channel.',
    unknown:
      "The bot can't tell whether images are allowed here: it can't see which channel or category this belongs to.",
    notAgeRestricted: 'This server allows images only in age-restricted channels.',
    tryIn: (channels: readonly string[]) => `Try ${format.anyOf(channels)}.`,
    tryAnother: 'Try another channel.',
    tryAgeRestricted: 'Try an age-restricted channel.',
    askForAccess: 'Or ask a moderator to give the bot View Channel here.',
  },
  privateNotAllowed: {
    text: "This server doesn't allow private images.",
    advice: 'Use `/timeless` without `private`.',
  },
  filtered: {
    prompt: {
      text: "Your prompt has a word or phrase that this server's filter blocks.",
      advice: 'Use `/timeless` with another prompt.',
    },
    negativePrompt: {
      text: "Your negative prompt has a word or phrase that this server's filter blocks.",
      advice: 'Use `/timeless` with another negative prompt.',
    },
  },

  /** A limit that lets nothing through. @param smallest what every request needs, where the limit isn't 0 */
  none: (whom: string, limit: string, smallest?: string) =>
    `You can't make images here: the limit ${whom} is ${limit}${smallest === undefined ? '' : `, and every request needs at least ${smallest}`}.`,
  noDirectMessages: { text: "The bot doesn't make images in direct messages.", advice: 'Use it in a server.' },
  aboveLimit: {
    text: (whom: string, limit: string, asked: string) =>
      `The limit ${whom} is ${limit}, and this request has ${asked}.`,
    use: (option: string, allowed: number) =>
      `Use \`/timeless\` with \`${option}\` of ${format.number(allowed)} or less.`,
    useSize: (side: number) => `Use \`/timeless\` with a smaller size: ${side}×${side} fits.`,
  },
  cooldown: {
    text: (whom: string, seconds: number) => `Slow down: there's a ${format.duration(seconds)} cooldown ${whom}.`,
    advice: (at: string) => `You can go again ${at}.`,
  },
  jobsAtOnce: {
    text: (whom: string, limit: string, count: number) =>
      `You have ${format.counted(count, { one: 'request', other: 'requests' })} waiting or running, and the limit ${whom} is ${limit}.`,
    advice: 'Wait until one is finished, or cancel one that is still in the queue.',
  },
  imagesPerDay: {
    text: (whom: string, limit: string, used: number, asked: number) =>
      `The limit ${whom} is ${limit}. You've used ${format.number(used)}, and this request needs ${format.number(asked)} more.`,
    useFewer: (samples: number, resets: string) =>
      `Use \`/timeless\` with \`samples\` of ${format.number(samples)} or less, or wait: your count resets ${resets}.`,
    wait: (resets: string) => `You can make more images ${resets}.`,
    waitAndUseFewer: (samples: number, resets: string) =>
      `You can make more images ${resets}, with \`samples\` of ${format.number(samples)} or less.`,
  },
  /** @param period from `perPeriod` or `thisPeriod` */
  budget: {
    perPeriod: { day: 'per day', month: 'per month' },
    thisPeriod: { day: 'today', month: 'this month' },
    none: (period: string) => `This server's budget ${period} is $0, so nobody can make images here.`,
    tooSmall: (cost: number, budget: number, period: string) =>
      `This would cost about ${format.usd(cost)}, and this server's whole budget ${period} is ${format.usd(budget)}.`,
    useLess: 'Use `/timeless` with fewer samples, fewer steps or a smaller size.',
    used: (cost: number, left: number, budget: number, period: string) =>
      `This would cost about ${format.usd(cost)}, and of this server's ${format.usd(budget)} for ${period} only ${format.usd(left)} is left.`,
    wait: (resets: string) => `The budget resets ${resets}.`,
  },
};

/** Options that the bot rejects. @param option its name */
const optionProblem = {
  invalid: (option: string, allowed: string) => `\`${option}\` isn't valid. Allowed: ${allowed}.`,
  invalidSide: (side: {
    option: string;
    value: number;
    multipleOf: number;
    min: number;
    max: number;
    nearest: readonly number[];
  }) =>
    `\`${side.option}\`: ${side.value} isn't allowed. Use a multiple of ${side.multipleOf} from ${side.min} to ${side.max}, such as ${format.anyOf(side.nearest.map(String))}.`,
  unknownSize: (size: string, allowed: readonly string[]) =>
    `\`size\`: “${size}” isn't a size. Allowed: ${allowed.join(', ')}.`,
  advice: "You weren't charged. Change that and try again.",
};

/** English. Another language has the same texts: `const de: Texts = { ... }`. */
export const en = {
  format,
  progress,
  stop,
  failure,
  refusal,
  buttonRefusal,
  limited,
  policy,
  optionProblem,
};
