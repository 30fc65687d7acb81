import { FatalError } from '../../fatal.ts';
import { serverCodeOf } from './failures.ts';

const UNREACHABLE: Readonly<Record<string, string>> = {
  EAI_AGAIN: 'its name can’t be resolved now',
  ECONNREFUSED: 'nothing listens there',
  ECONNRESET: 'it ended the connection',
  EHOSTUNREACH: 'no route to it',
  ENETUNREACH: 'no route to it',
  ENOENT: 'there is no such socket',
  ENOTFOUND: 'there is no such host',
  ETIMEDOUT: 'no answer',
};

/** A FatalError for a database that can't be opened. The server's own messages have users, hosts and databases, never a password. */
export function explain(error: unknown, name: string): unknown {
  if (error instanceof FatalError || !(error instanceof Error)) return error;
  const problem = `The database ${name} ${describe(error)}`;
  return new FatalError(problem.replace(/\s+/g, ' '), { cause: error });
}

function describe(error: Error): string {
  const { message } = error;
  switch (serverCodeOf(error)) {
    case '28P01':
    case '28000':
      return `refuses the user or the password of DATABASE_URL: ${message}.`;
    case '3D000':
      return "doesn't exist: make it, for example with createdb, or correct DATABASE_URL.";
    case '42501':
      return `doesn't allow this user to make tables (${message}): make the user the owner of the database.`;
    case '53300':
      return `accepts no more connections (${message}): close others, or raise max_connections.`;
    case '57P03':
      return `is starting or stopping (${message}): try again in a moment.`;
    case '08P01':
      return `can't be used through a pooler such as PgBouncer (${message}): point DATABASE_URL at the server itself.`;
    default:
      return describeConnection(error);
  }
}

function describeConnection(error: Error): string {
  const { message } = error;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  const reason = UNREACHABLE[code] ?? (/timeout|timed out/i.test(message) ? 'no answer' : undefined);
  if (reason) return `can't be reached (${reason}): start it, or correct DATABASE_URL.`;
  if (/SASL|SCRAM/.test(message)) return 'asks for a password: DATABASE_URL has none, or a wrong one.';
  if (/certificate|SSL|TLS/i.test(`${message} ${code}`))
    return `can't be reached by TLS (${message}): set sslmode in DATABASE_URL, and sslrootcert for a certificate of your own.`;
  return `can't be opened: ${message}`;
}
