import { SNOWFLAKE, SNOWFLAKE_FORM } from '../snowflake.ts';

export const JOB_ID_LENGTH = 13;
const JOB_ID_FORM = `[0-9a-z]{${JOB_ID_LENGTH}}`;
const JOB_ID = new RegExp(`^${JOB_ID_FORM}$`);

/** A page of a list; the first is 0. */
const PAGE_FORM = String.raw`(?:0|[1-9]\d{0,3})`;
const PAGE = new RegExp(`^${PAGE_FORM}$`);

/** Of which time a moderator removes a member's images. */
export const PURGE_PERIODS = ['hour', 'day', 'week'] as const;
export type PurgePeriod = (typeof PURGE_PERIODS)[number];

/** What a button, a select or a form does, with the form of what it does it to. */
const ARGUMENTS = {
  cancel: JOB_ID,
  reroll: JOB_ID,
  'new-seed': JOB_ID,
  edit: JOB_ID,
  /** The form alone: what it makes is for the member's eyes. */
  'edit-private': JOB_ID,
  /** Who sees the new image. */
  compose: /^(?:public|private)$/,
  /** Whose draft it is. */
  draft: SNOWFLAKE,
  details: JOB_ID,
  command: JOB_ID,
  'fetch-image': JOB_ID,
  share: JOB_ID,
  delete: JOB_ID,
  'images-page': PAGE,
  'images-choose': PAGE,
  /** A job, and the page that it stands on. */
  'images-star': new RegExp(String.raw`^${JOB_ID_FORM}\.${PAGE_FORM}$`),
  'log-delete': JOB_ID,
  'log-delete-confirmed': JOB_ID,
  /** A member. */
  'log-block': SNOWFLAKE,
  /** A member, and for how many seconds; 0 is until somebody lifts the block. */
  'log-block-confirmed': new RegExp(String.raw`^${SNOWFLAKE_FORM}\.(?:0|[1-9]\d{0,8})$`),
  /** A member, and of which time. */
  'log-purge': new RegExp(`^${SNOWFLAKE_FORM}\\.(?:${PURGE_PERIODS.join('|')})$`),
  /** Which of the suggested prompts; the first is 1. */
  example: /^[1-3]$/,
  'queue-mine': PAGE,
  'queue-server': PAGE,
  'queue-cancel-mine': PAGE,
  'queue-cancel-server': PAGE,
  /** A server. */
  'reset-confirmed': SNOWFLAKE,
  /** A server. */
  'check-again': SNOWFLAKE,
  /** Whose data it is. */
  'export-data': SNOWFLAKE,
  'erase-data': SNOWFLAKE,
  'erase-data-confirmed': SNOWFLAKE,
} as const satisfies Record<string, RegExp>;

export type Action = keyof typeof ARGUMENTS;

// Safe cast: the keys of the literal above.
export const ACTIONS = Object.keys(ARGUMENTS) as readonly Action[];

/** `action:argument`, within Discord's 100 characters. */
export function customId(action: Action, argument: string): string {
  return `${action}:${argument}`;
}

/** The action of a custom_id and what it is done to; undefined when it is none of ours: anyone can send any text as one. */
export function parseCustomId(text: string): { action: Action; argument: string } | undefined {
  const [name, argument, ...rest] = text.split(':');
  const action = ACTIONS.find((known) => known === name);
  if (!action || argument === undefined || rest.length > 0 || !ARGUMENTS[action].test(argument)) return undefined;
  return { action, argument };
}
