import pg from 'pg';
import { FatalError } from '../../fatal.ts';

const HINT =
  'postgres://user:password@host:5432/database, special characters of the password percent-encoded (@ as %40)';

/** How to reach a database, and what messages call it. */
export interface PostgresTarget {
  readonly settings: pg.ClientConfig;
  /** Without user and password. */
  readonly name: string;
}

/**
 * Freed by the server within half a minute: what a process held whose machine is gone. Its own default is two hours.
 * As startup options, which a pooler between us and the server refuses: behind one, a lock for life would be nobody's.
 */
const SERVER_OPTIONS = '-c tcp_keepalives_idle=10 -c tcp_keepalives_interval=2';

/**
 * What a `postgres://` URL means, with the parameters that the driver knows, such as `sslmode` and `options`.
 * @throws FatalError, without repeating the URL: it may hold a password
 */
export function parsePostgresUrl(text: string): PostgresTarget {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  // An unescaped character cuts the password short, and the rest of it would be taken for a host, which messages name.
  if (url?.hash !== '' || (url.pathname + url.search).includes('@') || url.pathname.length < 2)
    throw new FatalError(`DATABASE_URL is no postgres:// URL that can be read: it must be ${HINT}.`);
  // The driver takes these for the strictest one as well, and warns that this will change.
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
    // So that a connection on which nothing is said is known to be dead within half a minute.
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
  };
  const { host, port, database = '' } = new pg.Client(settings);
  const address = host.includes(':') ? `[${host}]` : encodeURI(host);
  return { settings, name: `postgres://${address}:${port}/${database}` };
}

/** The same target with more of the server's own settings. @param options as `{ lock_timeout: '10s' }` */
export function withOptions(settings: pg.ClientConfig, options: Readonly<Record<string, string>>): pg.ClientConfig {
  const more = Object.entries(options).map(([name, value]) => `-c ${name}=${value}`);
  return { ...settings, options: [settings.options ?? '', ...more].join(' ') };
}
