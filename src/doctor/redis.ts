import { type Finding, ok, problem, warning } from './finding.ts';

/** Long enough for a slow line, and short enough for a person who waits. */
const TIMEOUT_MS = 5_000;
/** The first whose scripts may ask for the time and write afterwards. */
const OLDEST_VERSION = 5;

/** Looks at the Redis that processes take turns over. @param url undefined: none is set, which is fine for one process */
export async function checkRedis(url: string | undefined): Promise<Finding> {
  if (url === undefined) return ok('None is set, and one process needs none.');
  const { Redis } = await import('ioredis');
  const client = new Redis(url, {
    lazyConnect: true,
    connectTimeout: TIMEOUT_MS,
    commandTimeout: TIMEOUT_MS,
    retryStrategy: null,
    maxRetriesPerRequest: 0,
    disconnectTimeout: 0,
    // Asks for facts that not every account may ask for.
    enableReadyCheck: false,
  });
  let reason: unknown;
  client.on('error', (error) => {
    reason = error;
  });
  try {
    return judge(await client.info());
  } catch (error) {
    return refused(reason ?? error);
  } finally {
    client.disconnect();
  }
}

function judge(info: string): Finding {
  const facts = new Map([...info.matchAll(/^(\w+):(.*?)\r?$/gm)].map(([, name, value]) => [name, value]));
  const version = facts.get('redis_version');
  const policy = facts.get('maxmemory_policy');
  if (facts.get('loading') === '1') return warning('Redis is loading its data: try again in a minute.');
  if (Number.parseInt(version ?? '', 10) < OLDEST_VERSION) {
    return problem(`Redis is ${version}: use ${OLDEST_VERSION} or newer.`);
  }
  if (facts.get('redis_mode') === 'cluster') {
    return problem(
      'REDIS_URL is a node of a Redis Cluster, which spreads keys that belong together: use a Redis of its own.',
    );
  }
  if (facts.get('role') === 'slave') {
    return problem('REDIS_URL is a replica, which takes no writes: point it at the primary.');
  }
  if (policy === undefined) {
    return warning('Redis answers, but does not tell its maxmemory-policy: see to it that it is noeviction.');
  }
  if (policy !== 'noeviction') {
    return problem(
      `Redis may drop keys of the bot when its memory is full (maxmemory-policy is ${policy}): set it to noeviction.`,
    );
  }
  return ok(`Redis ${version} answers, and drops no keys.`);
}

/** Never names the URL, which may hold a password. */
function refused(error: unknown): Finding {
  const message = error instanceof Error ? error.message : String(error);
  if (/WRONGPASS|NOAUTH|invalid password/.test(message)) {
    return problem(
      'Redis does not accept the user or the password: correct them in REDIS_URL (redis://user:password@host).',
    );
  }
  if (/NOPERM/.test(message))
    return problem('Redis does not let this user run INFO: allow it that, EVAL and SUBSCRIBE.');
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return problem(`Redis can't be reached (${message || code}): start it, or correct REDIS_URL.`);
}
