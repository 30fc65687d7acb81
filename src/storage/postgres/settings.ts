import pg from 'pg';
import { FatalError } from '../../fatal.ts';

const HINT =
  'postgres://user:password@host:5432/database, special characters of the password percent-encoded (@ as %40)';

/** How to connect to a database, and its name in messages. */
export interface PostgresTarget {
  readonly settings: pg.ClientConfig;
  /** Without user and password. */
  readonly name: string;
}

/**
 * Makes the server free the locks of a process whose machine is gone within half a minute; its default is two hours.
 * These are startup options because a pooler in between refuses them: behind one, a process could not hold its lock.
 */
const SERVER_OPTIONS = '-c tcp_keepalives_idle=10 -c tcp_keepalives_interval=2';

/**
 * Reads a `postgres://` URL, with the parameters that the driver knows, such as `sslmode` and `options`.
 * @throws FatalError, without quoting the URL: it may contain a password
 */
export function parsePostgresUrl(text: string): PostgresTarget {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  // An unescaped character would truncate the password, and messages would show the rest of it as the host.
  if (url?.hash !== '' || (url.pathname + url.search).includes('@') || url.pathname.length < 2)
    throw new FatalError(`DATABASE_URL is no postgres:// URL that can be read: it must be ${HINT}.`);
  // The driver treats these as `verify-full` as well, and warns that this will change.
  const sslmode = url.searchParams.get('sslmode') ?? '';
  const isLoose = ['prefer', 'require', 'verify-ca'].includes(sslmode);
  if (isLoose && !url.searchParams.has('uselibpqcompat')) url.searchParams.set('sslmode', 'verify-full');
  const options = [url.searchParams.get('options'), SERVER_OPTIONS].filter((part) => part !== null).join(' ');
  url.searchParams.delete('options');
  const settings: pg.ClientConfig = {
    connectionString: url.href,
    options,
    fallback_application_name: 'timeless',
    connectionTimeoutMillis: 10_000,
    // Detects a dead idle connection within half a minute.
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
  };
  const { host, port, database = '' } = new pg.Client(settings);
  const address = host.includes(':') ? `[${host}]` : encodeURI(host);
  return { settings, name: `postgres://${address}:${port}/${database}` };
}

/** The settings with more server options. @param options as `{ lock_timeout: '10s' }` */
export function withOptions(settings: pg.ClientConfig, options: Readonly<Record<string, string>>): pg.ClientConfig {
  const more = Object.entries(options).map(([name, value]) => `-c ${name}=${value}`);
  return { ...settings, options: [settings.options ?? '', ...more].join(' ') };
}
