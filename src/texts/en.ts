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

/** `/timeless-config`, and the moderators' buttons under messages of the log. */
const config = {
  description: "This server's settings, for moderators",
  changed: '**Changed**',
  /** @param problem one or more sentences */
  unchanged: (problem: string) => `${problem} Nothing changed.`,
  alreadySet: 'Nothing changed: it was already set like this.',
  fileLeftOut: '-# A file is missing here: Discord rejected it as too large.',
  visibleText: ({ option, max }: { option: string; max: number }) =>
    `\`${option}\` needs 1 to ${format.number(max)} visible characters.`,
  notOneOf: ({ option, allowed }: { option: string; allowed: string }) => `\`${option}\` must be one of ${allowed}.`,
  notFromPicker: (option: string) => `Pick \`${option}\` from Discord's list.`,
  /** @param matches each with its id */
  ambiguous: ({ typed, matches }: { typed: string; matches: string }) =>
    `${typed} could be ${matches}. Give the id of the one you mean.`,
  nameUnknown: (typed: string) => `I can't find ${typed} by name. Pick a suggestion, or give the id.`,
  /** As Discord's own settings call them. */
  permissions: {
    viewChannel: 'View Channel',
    sendMessages: 'Send Messages',
    sendMessagesInThreads: 'Send Messages in Threads',
    embedLinks: 'Embed Links',
    attachFiles: 'Attach Files',
    readMessageHistory: 'Read Message History',
  },

  view: { description: 'Show all settings' },

  limits: {
    description: 'Show or set limits: 0 blocks, -1 is no limit, clear inherits',
    role: 'Only this role (default: everyone)',
    notAllowed: (limit: { option: string; given: string; max: number; isWhole: boolean; isCooldown: boolean }) => {
      const { option, given, max, isWhole, isCooldown } = limit;
      const number = `a ${isWhole ? 'whole number' : 'number'}${isCooldown ? ' of seconds' : ''}`;
      const zero = isCooldown ? 'no cooldown' : 'blocked';
      return `\`${option}\`: ${given} isn't allowed. Use ${number} from 0 (${zero}) to ${format.number(max)}, -1 for no limit, or \`clear\` to inherit.`;
    },
    noSuchRole: 'This server has no such role.',
    full: (max: number) =>
      `${format.number(max)} roles already have limits of their own, and I can't keep more. Clear those of another role first.`,
    mostGenerous: 'If a member has several roles with limits, the most generous value counts.',
  },

  channels: {
    description: 'Where members can make images',
    allow: {
      description: 'Allow a channel; all that are not allowed are blocked then',
      channel: 'Channel or category',
    },
    deny: { description: 'Block a channel, even where it is allowed', channel: 'Channel or category' },
    remove: { description: 'Take a channel off both lists', channel: 'Name of a listed channel' },
    list: { description: 'Show both lists' },
    category: (name: string) => `${name} (category)`,
    allowed: (name: string) => `${name}, allowed`,
    denied: (name: string) => `${name}, denied`,
    full: (max: number) =>
      `This list is full: it holds ${format.number(max)} channels and categories. A category covers all its channels.`,
    noSuchChannel: 'This server has no such channel. Pick one of its channels or categories.',
    /** @param parent undefined where it isn't known */
    isThread: (parent: string | undefined) =>
      `Threads follow their channel, so pick ${parent ?? 'the channel it belongs to'} instead.`,
    notListed: (channel: string) =>
      `${channel} isn't on either list. See both with \`/timeless-config channels list\`.`,
  },

  safety: {
    description: 'Show or set what applies to every image',
    onlyAgeRestricted: 'Only in age-restricted channels',
    spoilers: 'Hide every image behind a spoiler',
    privateImages: 'Let members make private images',
    negativePrompt: 'Added to every request; clear removes it',
    title: '**Safety**',
    negativePromptProblem: (max: number) =>
      `\`negative_prompt\` needs 1 to ${format.number(max)} visible characters, or \`clear\`.`,
  },

  filter: {
    description: 'Words that prompts must not contain',
    add: { description: 'Add words and phrases', word: 'A word or phrase, or several with commas; * is any letters' },
    remove: { description: 'Remove words', word: 'A word in the filter' },
    list: { description: 'Show all words' },
    test: { description: 'See which words a text contains', text: 'Written like a prompt' },
    tooShort: ({ word, min }: { word: string; min: number }) =>
      `${word} needs at least ${format.number(min)} letters or digits beside \`*\`.`,
    tooLong: ({ word, max }: { word: string; max: number }) =>
      `${word} is longer than ${format.number(max)} characters.`,
    tooManyWildcards: ({ word, max }: { word: string; max: number }) =>
      `${word} has more than ${format.number(max)} \`*\`.`,
    rules: ({ maxLength, maxWildcards }: { maxLength: number; maxWildcards: number }) =>
      `Use words and phrases of up to ${format.number(maxLength)} characters, with at most ${format.number(maxWildcards)} \`*\` (any letters within a word). Separate several with commas.`,
    noWord: 'There is no word in this.',
    full: ({ max, count, added }: { max: number; count: number; added: number }) =>
      `The filter holds ${format.number(max)} words and phrases. It has ${format.number(count)}, so ${format.number(added)} more won't fit. One \`*\` can cover several forms of a word.`,
    /** @param words empty where there was no word */
    notListed: (words: string) =>
      `${words === '' ? 'There is no word in this.' : `Not in the filter: ${words}.`} Pick a suggestion, or see \`/timeless-config filter list\`.`,
  },

  block: {
    description: "Who can't make images",
    add: {
      description: 'Block a member or a role',
      member: 'The member to block; or use role',
      role: 'The role to block; or use member',
      duration: 'Such as 30m, 12h or 7d (default: until lifted)',
      reason: 'Blocked members can read this',
    },
    remove: { description: 'Lift a block', blocked: 'Name of a blocked member or role' },
    list: { description: 'Show who is blocked' },
    choice: ({ name, kind, id }: { name: string | undefined; kind: 'member' | 'role'; id: string }) =>
      name === undefined ? `${kind} ${id}` : `${name} (${kind === 'role' ? kind : id})`,
    missing:
      'Who should be blocked? Add `member` or `role`: any member, or any role but @everyone, such as `/timeless-config block add member:@name`.',
    both: 'Give `member` or `role`, not both. Use the command once for each.',
    unknown: 'There is no such member or role.',
    duration:
      '`duration` must be a number with m (minutes), h (hours), d (days) or w (weeks), such as 30m, 12h or 7d, up to 365d. Leave it out to block until someone lifts it.',
    reasonTooLong: (max: number) => `\`reason\` can have up to ${format.number(max)} characters.`,
    everyone: "@everyone can't be blocked. To stop the bot in this whole server, use `/timeless-config pause`.",
    bot: "That's me, and I don't request images.",
    full: (max: number) =>
      `${format.number(max)} members and roles are blocked, and I can't keep more. Lift some with \`/timeless-config block remove\` first.`,
    notListed: (blocked: string) => `${blocked} isn't blocked. See who is with \`/timeless-config block list\`.`,
    /** @param until a timestamp; undefined until somebody lifts it */
    done: ({ whom, until }: { whom: string; until: string | undefined }) =>
      `Blocked ${whom} until ${until ?? 'someone lifts it'}.`,
    self: "That's you: you can't make images until then, but you can still change settings.",
    cancelled: (count: number) =>
      count === 0
        ? 'They had nothing in the queue.'
        : `I cancelled ${format.counted(count, { one: 'request', other: 'requests' })} they had in the queue.`,
    unchecked: (count: number) =>
      `Discord didn't tell me the roles of ${format.counted(count, { one: 'member', other: 'members' })} in the queue, so their requests stay.`,
    after: 'Images already in progress still arrive. `/timeless-config block remove` lifts the block.',
  },

  defaults: {
    description: 'Show or set what members get by default',
    size: 'Size',
    clear: "Go back to the model's own",
    title: '**Defaults for options that members leave out**',
    notInRange: ({ option, min, max }: { option: string; min: number; max: number }) =>
      `\`${option}\` must be from ${format.number(min)} to ${format.number(max)}.`,
  },

  budget: {
    description: 'Show or set what this server can spend, in US$',
    day: 'US$ per UTC day; -1 or clear for no limit',
    month: 'US$ per UTC month; -1 or clear for no limit',
    title: '**Budget**',
    notAllowed: ({ option, given, max }: { option: string; given: string; max: number }) =>
      `\`${option}\`: ${given} isn't allowed. Use an amount in US$ such as 5 or 2.50, from 0 (blocked) to ${format.number(max)}; -1 or \`clear\` is no limit.`,
    /** @param resets a timestamp that counts */
    today: (spending: { spentUsd: number; reservedUsd: number; resets: string }) => `Today: ${spendingText(spending)}`,
    thisMonth: (spending: { spentUsd: number; reservedUsd: number; resets: string }) =>
      `This month: ${spendingText(spending)}`,
    unknown: "I don't know yet how much is spent. Try again in a few seconds.",
  },

  log: {
    description: 'Show or set the log channel',
    channel: 'Everyone who reads it sees all prompts',
    off: 'Stop the log',
    both: 'Give `channel` or `off`, not both.',
    membersKnow:
      'Members can read in the option `private` and under private images that moderators may see their prompts.',
    wrongChannel: 'The log needs a text channel, an announcement channel or a thread of this server.',
    botCannotWrite: (channel: string) =>
      `I can't write in ${channel}. Give me View Channel, Send Messages (in threads: Send Messages in Threads) and Embed Links there, or add me if it's a private thread. Then try again in a minute.`,
    moderatorCannotWrite: (channel: string) =>
      `You can't write in ${channel}, so you can't make it the log. You need View Channel and Send Messages there (in threads: Send Messages in Threads; in a private thread: Manage Threads, or use this command in it).`,
    noAnswer: "Discord didn't answer when I tried to write there. Try again in a minute.",
    title: 'Timeless log',
    opened:
      'This channel now gets my log: finished images with their prompts, private ones too, and refusals, blocks and settings changes. Everyone who can read this channel can read all of it. `/timeless-config log off:true` stops it.',
    closed: (moderator: string) => `${moderator} stopped the log in this channel with \`/timeless-config\`.`,
  },

  buttons: {
    description: 'Show or set who can use which button',
    button: 'Button under an image',
    who: 'Besides moderators',
    role: 'Only this role',
    names: { reroll: 'Reroll', newSeed: 'New seed', delete: 'Delete' },
    users: { requester: 'Requester only', anyone: 'Anyone', role: 'A role' },
    title: '**Buttons** (moderators can always use them)',
    buttonMissing:
      'Which button? Add `button`: Reroll, New seed or Delete, such as `/timeless-config buttons button:Reroll who:Anyone`.',
    whoMissing:
      'Who should be able to use it? Add `who` (requester only, anyone or a role) or just `role`, such as `/timeless-config buttons button:Reroll who:Anyone`.',
    roleMissing: 'Which role? Add `role`, such as `/timeless-config buttons button:Reroll role:@name`.',
    roleUnexpected: '`role` only goes with `who:A role`. Leave one of the two out.',
  },

  pause: {
    description: 'Stop new images in this server',
    reason: 'Members can read this',
    paused:
      'Members can read this reason. Requests I already accepted still finish. `/timeless-config resume` ends the pause.',
  },

  resume: { description: 'End the pause', notPaused: "This server isn't paused." },

  usage: {
    description: 'Show the images and costs of a month',
    month: 'Such as 2026-10 (default: this month)',
    choice: (month: string) => `${month}, ${format.month(month)}`,
    notKept: ({ first, last }: { first: string; last: string }) =>
      `\`month\` must be a year and month from ${first} to ${last}. I don't keep older usage.`,
    chartText: (month: string) => `Images and costs by day and member, ${format.month(month)}`,
    noChart: "I couldn't draw the chart. The operator can find the reason in the log.",
    tableTooLarge: 'The table is too large for a message here.',
    checkAgain: {
      label: 'Check again',
      resumed: 'Segmind takes requests again.',
      /** @param cause a sentence */
      trying: (cause: string) =>
        `${cause} I can only find out with a try: I'll send the next request, and if it goes through, the rest follow.`,
      stillStopped: (cause: string) => `I checked, and nothing has changed. ${cause}`,
    },
  },

  history: { description: 'Show the last 25 changes' },

  reset: {
    description: 'Set everything back to its default',
    question: (moderatorRoles: string) =>
      `Set everything back to its default? That clears limits, channels, safety, filter words, blocks, defaults, budget, log channel, buttons and a pause. ${moderatorRoles} The history stays.`,
    withModeratorRoles: "You're an administrator, so it also clears the moderator roles.",
    withoutModeratorRoles: 'The moderator roles stay: only an administrator can change them.',
    label: 'Reset',
    otherServer: 'This question is from another server. Nothing changed.',
  },

  moderators: {
    description: 'Moderator roles, for administrators',
    add: { description: 'Add a moderator role', role: 'Role' },
    remove: { description: 'Remove a moderator role', role: 'Name of a moderator role' },
    list: { description: 'Show the moderator roles' },
    administratorsOnly: 'Only administrators can see or change the moderator roles.',
    everyone: "@everyone can't be a moderator role. Pick another role.",
    full: (max: number) => `There are ${format.number(max)} moderator roles, and I can't keep more. Remove one first.`,
    showCommand:
      'Discord shows `/timeless-config` only to members with Moderate Members. To show it to this role too, add the role under Server Settings > Integrations.',
    notListed: (role: string) => `${role} isn't a moderator role. See them with \`/timeless-config moderators list\`.`,
    none: 'There are no moderator roles. Moderators are members with Moderate Members, Manage Server or Administrator.',
    listed: (roles: string) => `Moderator roles: ${roles}`,
  },

  logBlock: {
    question: (member: string) =>
      `Block ${member} from making images in this server? That also cancels what they have in the queue.`,
    day: 'Block for a day',
    week: 'Block for a week',
    untilLifted: 'Block until lifted',
  },

  logDelete: {
    image: ({ member, channel }: { member: string; channel: string }) => `the image of ${member} in ${channel}`,
    question: ({ image, prompt }: { image: string; prompt: string }) => `Delete ${image}: ${prompt}?`,
    label: 'Delete image',
    deleted: (image: string) => `I deleted ${image}.`,
    gone: (image: string) =>
      `I found nothing to delete: ${image} is already gone, or I sent it to the member as a direct message.`,
    noAccess: ({ image, isPartlyDeleted }: { image: string; isPartlyDeleted: boolean }) =>
      `I ${isPartlyDeleted ? 'deleted only part of' : "couldn't delete"} ${image}, because I can't reach the channel. Give me View Channel there and try again.`,
    failed: ({ image, isPartlyDeleted }: { image: string; isPartlyDeleted: boolean }) =>
      `I ${isPartlyDeleted ? 'deleted only part of' : "couldn't delete"} ${image}, because Discord had trouble. Try again.`,
  },
};

function spendingText({ spentUsd, reservedUsd, resets }: { spentUsd: number; reservedUsd: number; resets: string }) {
  return `${format.usd(spentUsd)} spent, ${format.usd(reservedUsd)} reserved for images in progress; resets ${resets}.`;
}

/** English. Another language has the same texts: `const de: Texts = { ... }`. */
export const en = {
  format,
  progress,
  config,
};
