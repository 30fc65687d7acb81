/** @see https://discord.com/developers/docs/interactions/application-commands#application-command-object-application-command-option-type */
export const OPTION = {
  subcommand: 1,
  group: 2,
  string: 3,
  integer: 4,
  boolean: 5,
  user: 6,
  channel: 7,
  role: 8,
  mentionable: 9,
  number: 10,
} as const;

/** The types of options whose values are ids. */
export const REFERENCES: ReadonlySet<number> = new Set([OPTION.user, OPTION.channel, OPTION.role, OPTION.mentionable]);
