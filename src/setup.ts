import { runSetup } from './setup/run-setup.ts';

/** `npm run setup`: asks for what the bot needs, checks it, and writes `.env`. Exit code 1 when nothing was written. */
process.umask(0o077);
process.exitCode = await runSetup();
