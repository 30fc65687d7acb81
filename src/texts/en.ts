import { formats } from './formats.ts';

const format = formats('en-US');
const { ordinal } = format;

const IMAGES = { one: 'image', other: 'images' };
const MEMBERS = { one: 'member', other: 'members' };

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

/** What moderators limit; for a limit on one request also what it counts. */
const limits = {
  imagesPerDay: { label: 'Images per day' },
  cooldownSeconds: { label: 'Cooldown' },
  jobsAtOnce: { label: 'Concurrent requests' },
  maxSteps: { label: 'Max steps', unit: 'steps' },
  maxSamples: { label: 'Max samples', unit: 'samples' },
  maxMegapixels: { label: 'Max megapixels', unit: 'megapixels' },
};

/** What settings are called, and what they are set to. */
const settings = {
  onlyAgeRestricted: 'Only in age-restricted channels',
  spoilers: 'Spoilers on all images',
  negativePrompt: 'Negative prompt for every request',
  privateImages: 'Private images',
  size: 'Size',
  dayBudget: 'Budget per day',
  monthBudget: 'Budget per month',
  logChannel: 'Log channel',
  buttons: { reroll: 'Reroll', newSeed: 'New seed', delete: 'Delete' },
  whoCanUse: (button: string) => `Who can use ${button}`,
  pause: 'Pause',
  pauseReason: 'Pause reason',
  pausedBy: 'Paused by',
  pausedSince: 'Paused since',
  version: 'Settings version',

  byDefault: (value: string) => `${value} (default)`,
  on: 'on',
  off: 'off',
  allowed: 'allowed',
  notAllowed: 'not allowed',
  none: 'none',
  noLimit: 'no limit',
  blocked: (zero: string) => `${zero} (blocked)`,
  sameAsEveryone: 'same as everyone',
  anyone: 'anyone',
  requesterOnly: 'requester only',
  membersWith: (role: string) => `members with ${role}`,
  membersWithSomeRole: 'members with a role',
  notPaused: 'not paused',
  paused: (reason: string) => `paused, ${reason}`,
};

/** Lists that may be longer than a message. */
const lists = {
  more: (count: number) => `… and ${format.number(count)} more`,
  /** Where there is no room for a single one. */
  inAll: (count: number) => `${format.number(count)} in all`,
  see: (command: string) => `, see \`/timeless-config ${command}\``,
  inFile: 'The full list is in the attached file.',
};

const settingsPage = {
  title: 'Server settings',
  introduction:
    'Change each part with the `/timeless-config` subcommand of the same name. Days and months are UTC. Only you can see this.',
  everyoneLimits: 'Limits for everyone',
  roleLimits: 'Limits by role',
  defaults: 'Defaults',
  channels: 'Channels',
  allowedChannels: (channels: string) => `Allowed: ${channels}`,
  deniedChannels: (channels: string) => `Denied: ${channels}`,
  allChannels: 'all',
  safety: 'Safety',
  filter: 'Filter',
  block: 'Block',
  budget: 'Budget',
  buttons: 'Buttons',
  moderatorsUseAll: 'Moderators can use all of them.',
  log: 'Log',
  pause: 'Pause',
  moderators: 'Moderators',
  moderatorRoles: (roles: string) => `Roles: ${roles}`,
  rolesHidden: 'only administrators can see them',
  whoIsModerator:
    'Moderators are members with Moderate Members, Manage Server or Administrator, or with one of these roles. Discord shows `/timeless-config` only to members with Moderate Members; an administrator can show it to others in Server Settings > Integrations.',
};

/** What is wrong with the settings of a server. Limits arrive as `Max steps: 19`. */
const warnings = {
  title: 'Needs attention',
  missingPermissions: (permissions: string) =>
    `The bot is missing permissions in this channel: ${permissions}. Some images may not arrive.`,
  paused: (since: string, moderator: string, reason: string) =>
    `Paused ${since} by ${moderator}: ${reason}. Resume with \`/timeless-config resume\`.`,
  nobodyCan: (limits: string) => `Nobody can request images: the limits for everyone are too low (${limits}).`,
  onlyRolesCan: (limits: string) =>
    `Only members of a role with its own limits can request images: the limits for everyone are too low (${limits}).`,
  noBudget: {
    day: 'Nobody can request images: the budget per day is $0.',
    month: 'Nobody can request images: the budget per month is $0.',
  },
  onlyAllowedChannels: (count: number) =>
    `The bot refuses requests outside the allowed ${format.plural(count, { one: 'channel', other: 'channels' })} (${format.number(count)}).`,
  limitAndDefault: (limit: string, usual: string) => `${limit}, default ${usual}`,
  defaultsAboveEveryone: (limits: string) =>
    `The defaults exceed the limits for everyone (${limits}). Requests with only a prompt use the limits instead.`,
  defaultsAboveRoles: (roles: string) =>
    `The defaults exceed the limits of ${roles}. Requests with only a prompt use the limits instead.`,
  goneRoles: (count: number) =>
    format.plural(count, {
      one: 'A role in these settings no longer exists.',
      other: `${format.number(count)} roles in these settings no longer exist.`,
    }),
};

const limitsPage = {
  everyone: 'Limits for everyone',
  role: 'Limits for a role',
  hint: 'Images count per UTC day. If a member has several roles, the most generous limit applies. Where no role sets a limit, the one for everyone applies.',
};

const channelsPage = {
  allowed: 'Allowed',
  denied: 'Denied',
  allAllowed: 'All channels that are not denied (default).',
  noneDenied: 'None (default).',
  gone: (channels: string) => `No longer in this server: ${channels}`,
  hint: 'A category covers its channels, and a channel covers its threads. Deny wins over allow. As soon as you allow one channel, the bot refuses all others.',
};

const filterPage = {
  title: 'Filter',
  none: 'The filter is empty (default).',
  found: (word: string) => `Found: ${word}. The bot refuses prompts and negative prompts that contain it.`,
  notFound: 'The filter finds nothing in this text.',
};

const blocksPage = {
  title: 'Blocks',
  none: 'Nobody is blocked (default).',
  until: (time: string) => `until ${time}`,
  untilLifted: 'until lifted',
  by: (moderator: string, time: string) => `blocked by ${moderator} ${time}`,
  kinds: { member: 'member', role: 'role' },
};

/** What was changed in the settings. */
const changes = {
  title: 'Setting changes',
  titleOfLast: (count: number) => `Setting changes (last ${format.number(count)})`,
  none: 'No changes yet.',
  allowedChannels: 'Allowed channels',
  deniedChannels: 'Denied channels',
  filter: 'Filter',
  blocks: 'Blocks',
  moderatorRoles: 'Moderator roles',
  defaultOf: (parameter: string) => `Default ${parameter.toLowerCase()}`,
  limitForEveryone: (limit: string) => `${limit} for everyone`,
  limitForRole: (limit: string, role: string) => `${limit} for ${role}`,
  limitsForRole: (role: string) => `Limits for ${role}`,
  added: (items: string) => `added ${items}`,
  removed: (items: string) => `removed ${items}`,
  reordered: 'reordered',
  /** Where the values are private, or too long. */
  changed: 'changed',
};

/** What stands in the log channel of a server. */
const modLog = {
  delivered: 'Delivered',
  failed: 'Failed',
  cancelled: 'Cancelled',
  cancelledBy: (member: string) => `Cancelled by ${member}.`,
  unknown: 'Outcome unknown',
  unknownReason: 'Segmind gave no clear answer. The image may have been rendered and charged.',
  inProgress: 'In progress',
  memberIn: (member: string, channel: string) => `${member} in ${channel}`,
  private: 'private',
  negativePrompt: (text: string) => `Negative prompt: ${text}`,
  seed: (seed: number) => `seed ${seed}`,
  jumpToImage: 'Jump to image',
  reference: (id: string) => `Reference ${id}`,
  deleteImage: 'Delete image',
  blockMember: 'Block member',

  refused: 'Refused',
  denied: 'Denied',
  triedToUse: (member: string, what: string) => `${member} tried to use ${what} without permission`,
  settings: 'Settings',
  changedBy: (moderator: string) => `changed by ${moderator}`,
  dayBudget: "Today's budget",
  monthBudget: "This month's budget",
  budgetUsed: (used: string, budget: string, percent: number) =>
    `${used} of ${budget} (${percent}%) spent or reserved. The bot refuses requests that exceed it.`,
  times: (count: number) => `${format.number(count)} times`,
  reasons: {
    blockedMember: 'blocked member',
    blockedRole: 'blocked role',
    paused: 'server is paused',
    channelDenied: (channel: string) => `${channel} is denied`,
    channelNotAllowed: 'not an allowed channel',
    channelUnknown: "can't tell which channel or category this belongs to",
    notAgeRestricted: 'not an age-restricted channel',
    privateNotAllowed: "private images aren't allowed",
    filtered: { prompt: 'word filter, in the prompt', negativePrompt: 'word filter, in the negative prompt' },
    aboveLimit: (requested: number, unit: string, max: number) =>
      `${format.number(requested)} ${unit}, max ${format.number(max)}`,
    cooldown: (duration: string) => `cooldown of ${duration}`,
    concurrentRequests: (max: number) => `max ${format.number(max)} concurrent requests`,
    imagesPerDay: (max: number) => `max ${format.number(max)} images per day`,
    budget: { day: 'budget per day', month: 'budget per month' },
  },

  /** The file with prompts that are too long for a message. */
  file: {
    prompt: 'Prompt:',
    negativePrompt: 'Negative prompt:',
    refused: (memberId: string, channelId: string) => `Refused: member ${memberId}, channel ${channelId}`,
  },
  fileRejected:
    "-# Some prompts are cut: Discord rejected the file with their full text. Check the bot's Attach Files permission in this channel.",
  missing: (count: number) =>
    `-# ${format.counted(count, { one: 'earlier entry is', other: 'earlier entries are' })} missing: too many at once, or the bot couldn't post here.`,

  /** Why the channel gets nothing; at most 200 characters. */
  trouble: {
    channelGone: 'The log channel no longer exists. Choose another one with `/timeless-config log`.',
    noAccess: (channel: string) =>
      `The bot can't post in the log channel ${channel}. It needs View Channel, Send Messages (in a thread: Send Messages in Threads) and Embed Links there.`,
    rejected: (channel: string, code: string) =>
      `Discord rejects messages in the log channel ${channel} (code ${code}). Choose another one with \`/timeless-config log\`.`,
  },
};

/** What a server has used in a month, in words and as a chart. */
const usage = {
  title: (month: string) => `Usage in ${month}`,
  images: (count: number) => format.counted(count, IMAGES),
  members: (count: number) => format.counted(count, MEMBERS),
  moreMembers: (count: number) =>
    `… and ${format.counted(count, { one: 'more member', other: 'more members' })}, see the table`,
  budget: 'Budget',
  today: 'Today',
  thisMonth: 'This month',
  spent: (spent: string, reserved: string, of: string) => `${spent} spent, ${reserved} reserved, ${of}`,
  ofBudget: (budget: string) => `of ${budget}`,
  noLimit: 'no limit',
  account: "The bot's account",
  credits: (credits: string, free: string) => `Credits: ${credits}, plus ${free} free`,
  creditsUnknown: "Segmind didn't say how many credits are left. Try again in a minute.",
  onHold: (cause: string) => `**On hold.** ${cause}`,
  footer: 'Days are UTC. Images count when they are requested, costs when they are known.',
};

const usageChart = {
  title: (month: string) => `Usage in ${month}`,
  days: 'Days in UTC',
  daysUpTo: (day: string) => `Up to ${day}, days in UTC`,
  images: (count: number) => format.plural(count, IMAGES),
  cost: 'cost',
  members: (count: number) => format.plural(count, MEMBERS),
  noImages: 'No images in this month.',
  noImagesYet: 'No images this month yet.',
  imagesByDay: 'Images by day',
  costByDay: 'Cost by day in US$',
  imagesByMember: 'Images by member',
  today: (figure: string) => `today ${figure}`,
  others: (count: number) => `and ${format.counted(count, { one: 'other', other: 'others' })}`,
};

/** English. Another language has the same texts: `const de: Texts = { ... }`. */
export const en = {
  format,
  progress,
  limits,
  settings,
  lists,
  settingsPage,
  warnings,
  limitsPage,
  channelsPage,
  filterPage,
  blocksPage,
  changes,
  modLog,
  usage,
  usageChart,
};
