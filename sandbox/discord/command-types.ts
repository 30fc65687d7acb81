/** Discord's numbers. @see https://discord.com/developers/docs/interactions/application-commands#application-command-object-application-command-types */
export const COMMAND = {
  chatInput: 1,
  message: 3,
  /** It opens an app's Activity: at most one, and global. */
  entryPoint: 4,
} as const;

export type CommandType = (typeof COMMAND)[keyof typeof COMMAND];
