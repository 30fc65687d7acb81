import { readSettings } from './config.ts';
import { removeGlobalCommands } from './events/remove-global-commands.ts';
import { redact } from './log.ts';

/** `npm run commands -- remove-global`: the bot never does this by itself, because it can't be undone. Works also while the bot runs. */
async function removeGlobal(): Promise<string> {
  const { values, problems } = readSettings();
  for (const name of ['DISCORD_TOKEN', 'DISCORD_API_URL', 'DISCORD_GUILD_ID']) {
    const problem = problems.get(name);
    if (problem) throw new Error(`${name} ${problem}.`);
  }
  const { DISCORD_TOKEN: token, DISCORD_API_URL: apiUrl, DISCORD_GUILD_ID: guildId } = values;
  if (token === undefined || apiUrl === undefined) throw new Error('DISCORD_TOKEN is required.');
  if (guildId === undefined) {
    throw new Error(
      'DISCORD_GUILD_ID is not set, so the global commands are in use: the bot would register them again when it starts.',
    );
  }
  const removed = await removeGlobalCommands({ token, apiUrl });
  if (removed.length === 0) return 'There are no global commands of this bot.';
  const names = new Intl.ListFormat('en').format(removed);
  return `Removed the global commands ${names}, and what admins had set for them.`;
}

const [action, ...more] = process.argv.slice(2);
if (action !== 'remove-global' || more.length > 0) {
  process.stderr.write('Usage: npm run commands -- remove-global\n');
  process.exit(1);
}
try {
  process.stdout.write(`${await removeGlobal()}\n`);
} catch (error) {
  process.stderr.write(`Nothing more was removed. ${redact(error instanceof Error ? error.message : String(error))}\n`);
  process.exitCode = 1;
}
