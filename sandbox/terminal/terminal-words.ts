/** What can be typed beside slash commands: an example, its beginning that Tab offers, and what it does. */
export const TERMINAL_WORDS = [
  { typed: 'as ', example: 'as bob', description: 'continue as another member' },
  { typed: 'in ', example: 'in #art', description: 'go to another channel' },
  { typed: 'dm', example: 'dm', description: "go to the bot's direct messages" },
  {
    typed: 'press ',
    example: 'press Reroll',
    description: 'press a button of the last message that has it; its label alone does too',
  },
  { typed: 'picture', example: 'picture 2', description: 'save the last message here, or the last but one, as a PNG' },
  { typed: 'fail ', example: 'fail 429', description: 'make something fail; Tab lists what' },
  { typed: 'slow', example: 'slow', description: 'make the next image slow' },
  { typed: 'fix', example: 'fix', description: 'end all faults and refill the credits' },
  { typed: 'log', example: 'log', description: "the end of the bot's own log" },
  { typed: 'kill', example: 'kill', description: 'end the bot by SIGKILL' },
  { typed: 'start', example: 'start', description: 'start the bot again on the same database' },
  { typed: 'help', example: 'help', description: 'this list' },
  { typed: 'quit', example: 'quit', description: 'stop everything' },
] as const;
