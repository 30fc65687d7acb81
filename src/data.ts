import { join } from 'node:path';
import { readSettings } from './config.ts';
import { ImageFiles } from './jobs/stages/image-files.ts';
import { OldJobs } from './jobs/upkeep/old-jobs.ts';
import { redact } from './log.ts';
import { erasePerson, requestErasure } from './people/erase-person.ts';
import { exportPerson } from './people/export-person.ts';
import { whatIsLeft } from './people/what-is-left.ts';
import { SNOWFLAKE } from './snowflake.ts';
import { findDataFolder, IMAGES_FOLDER } from './storage/url.ts';
import { useBeside } from './storage/use-beside.ts';

type Action = (databaseUrl: string, userId: string) => Promise<string>;

/** `npm run data`: what members can do themselves with `/timeless-me`. Also while the bot runs. */
const ACTIONS: Readonly<Record<string, Action>> = {
  async export(databaseUrl, userId) {
    const { files } = await useBeside(databaseUrl, { isReadOnly: true }, ({ db }) => exportPerson(db, userId));
    return files.join('');
  },

  async erase(databaseUrl, userId) {
    const images = new ImageFiles(join(findDataFolder(databaseUrl), IMAGES_FOLDER));
    return useBeside(databaseUrl, { isReadOnly: false }, async (database) => {
      const erasure = await requestErasure(database, userId);
      await erasePerson(database, erasure);
      const jobs = new OldJobs(database);
      await images.removeUnneeded(0, Number.POSITIVE_INFINITY, (jobId) => jobs.statusOf(jobId));
      await database.scrub();
      return describe(userId, await whatIsLeft(database.db, erasure));
    });
  },
};

function describe(userId: string, { requests, hasCounters }: Awaited<ReturnType<typeof whatIsLeft>>): string {
  const lines = [
    `Erased the data of ${userId}.`,
    ...(requests > 0
      ? [
          `Requests that haven't ended: ${requests}. A running bot cancels those in the queue within 10 seconds, and erases each when it has ended; otherwise the bot does so after its next start.`,
        ]
      : []),
    ...(hasCounters ? ['The counters of today and yesterday stay until they expire; then the bot erases them.'] : []),
  ];
  return `${lines.join('\n')}\n`;
}

async function run(action: Action, userId: string): Promise<string> {
  const { values, problems } = readSettings();
  const problem = problems.get('DATABASE_URL');
  if (values.DATABASE_URL === undefined) throw new Error(`DATABASE_URL ${problem ?? 'is missing'}.`);
  return action(values.DATABASE_URL, userId);
}

const [name = '', userId = '', ...more] = process.argv.slice(2);
const action = Object.hasOwn(ACTIONS, name) ? ACTIONS[name] : undefined;
if (!action || !SNOWFLAKE.test(userId) || more.length > 0) {
  process.stderr.write('Usage: npm run --silent data -- export|erase USER_ID\n');
  process.exit(1);
}
// Files that SQLite leaves beside its own hold prompts.
process.umask(0o077);
try {
  process.stdout.write(await run(action, userId));
} catch (error) {
  process.stderr.write(`${redact(error instanceof Error ? error.message : String(error))}\n`);
  process.exitCode = 1;
}
