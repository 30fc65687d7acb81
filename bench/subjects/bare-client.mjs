import { Client } from 'discord.js';

/**
 * The baseline: a discord.js client with the bot's client options that acknowledges every command and does nothing else.
 * Plain JavaScript, because the built bot also runs in Node without a loader.
 */
const client = new Client({
  intents: [],
  allowedMentions: { parse: [] },
  rest: {
    api: process.env['DISCORD_API_URL'],
    timeout: 60_000,
    retries: 0,
    rejectOnRateLimit: ({ route }) => route.endsWith('/callback'),
  },
});

client.on('interactionCreate', (interaction) => {
  if (interaction.isChatInputCommand()) interaction.deferReply().catch((error) => console.error(error.message));
});
client.once('clientReady', () => process.stdout.write('ready\n'));

await client.login(process.env['DISCORD_TOKEN']);
