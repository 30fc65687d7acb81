/** The commands of the sandbox's own terminal: what Tab inserts, an example, and what it does. */
export const TERMINAL_WORDS = [
  { typed: 'as ', example: 'as bob', description: 'continue as another member' },
  { typed: 'in ', example: 'in #art', description: 'go to another channel' },
  { typed: 'dm', example: 'dm', description: "go to the bot's direct messages" },
  {
    typed: 'press ',
    example: 'press Reroll',
    description: 'press a button on the last message that has it; the label alone works too',
  },
  { typed: 'page', example: 'page', description: 'show the address of the page, for a browser' },
  { typed: 'choose ', example: 'choose Page 2', description: 'choose in the last select menu that offers it' },
  {
    typed: 'menu ',
    example: 'menu Image details',
    description: 'use a command of the menu of the last message here; a number behind it counts back',
  },
  {
    typed: 'submit ',
    example: 'submit prompt:a blue rose',
    description: 'submit the open form, with changes; \\n breaks a line',
  },
  { typed: 'fail ', example: 'fail 429', description: 'make something fail; Tab lists the faults' },
  { typed: 'slow', example: 'slow', description: 'the same as fail cold-start' },
  { typed: 'fix', example: 'fix', description: 'clear all faults and refill the credits' },
  { typed: 'log', example: 'log', description: "show the end of the bot's log" },
  { typed: 'kill', example: 'kill', description: 'kill the bot with SIGKILL' },
  { typed: 'start', example: 'start', description: 'restart the bot on the same database' },
  { typed: 'help', example: 'help', description: 'show this list' },
  { typed: 'quit', example: 'quit', description: 'stop everything' },
] as const;
