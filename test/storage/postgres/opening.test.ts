import { createServer } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { FatalError } from '../../../src/fatal.ts';
import { openDatabase } from '../../../src/storage/database.ts';
import { MIGRATIONS } from '../../../src/storage/migrations/index.ts';
import { migrateDatabase } from '../../../src/storage/postgres/open.ts';
import { parsePostgresUrl } from '../../../src/storage/postgres/settings.ts';
import { findDataFolder } from '../../../src/storage/url.ts';
import { administer, nameOf, newName, newSchemaUrl, schemaOf, urlWith } from '../../support/postgres/admin.ts';

/** The only line that the operator reads. */
async function refusalOf(url: string): Promise<string> {
  const error = await openDatabase(url).then(
    async (database) => database.close(),
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(FatalError);
  const message = error instanceof Error ? error.message : '';
  expect(message).not.toContain('\n');
  for (const secret of [new URL(url).password, decodeURIComponent(new URL(url).password), 's3cret'])
    if (secret) expect(message).not.toContain(secret);
  return message;
}

/** Runs statements, and others after the test. */
async function arrange(sql: string, undo: string): Promise<void> {
  await administer(sql);
  onTestFinished(async () => {
    await administer(undo);
  });
}

/** A user who may only connect. */
async function makeRole(attributes = ''): Promise<string> {
  const name = newName();
  await arrange(
    `create role ${name} login password 's3cret' ${attributes}`,
    `drop owned by ${name}; drop role ${name}`,
  );
  return name;
}

/** A server that gives every connection the same answer. */
async function startServer(answer: Buffer): Promise<string> {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', () => socket.end(answer));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
  });
  const address = server.address();
  return typeof address === 'object' && address ? String(address.port) : '';
}

/** The server's message for an error. @see https://www.postgresql.org/docs/current/protocol-message-formats.html */
function errorResponse(code: string, message: string): Buffer {
  const fields = Buffer.from(`SFATAL\0VFATAL\0C${code}\0M${message}\0\0`);
  const head = Buffer.alloc(5, 'E');
  head.writeInt32BE(fields.length + 4, 1);
  return Buffer.concat([head, fields]);
}

const localhost = (port: string) => `postgres://bot:s3cret@127.0.0.1:${port}/timeless`;

describe('a database that cannot be opened is refused with one line without the password', () => {
  it('when the user or the password is wrong', async () => {
    const role = await makeRole();
    const wrong = urlWith((url) => {
      url.username = role;
      url.password = 'wrong';
    });
    expect(await refusalOf(wrong)).toBe(
      `The database ${nameOf(wrong)} refuses the user or the password of DATABASE_URL: password authentication failed for user "${role}".`,
    );
    const without = urlWith((url) => {
      url.username = role;
      url.password = '';
    });
    expect(await refusalOf(without)).toBe(
      `The database ${nameOf(without)} asks for a password: DATABASE_URL has none, or a wrong one.`,
    );
  });

  it('when there is no such database', async () => {
    const url = urlWith((to) => {
      to.pathname = '/nowhere';
    });
    expect(await refusalOf(url)).toBe(
      `The database ${nameOf(url)} doesn't exist: make it, for example with createdb, or correct DATABASE_URL.`,
    );
  });

  it('when nothing listens there, or something other than Postgres', async () => {
    expect(await refusalOf(localhost('9'))).toBe(
      "The database postgres://127.0.0.1:9/timeless can't be reached (nothing listens there): start it, or correct DATABASE_URL.",
    );
    expect(await refusalOf('postgres://bot:s3cret@localhost:9/timeless')).toContain(
      "can't be reached (nothing listens",
    );
    const port = await startServer(Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n'));
    expect(await refusalOf(localhost(port))).toMatch(/^The database .*\/timeless can't be /);
  });

  it("when it is full, starting, or behind a pooler, where a process can't keep a lock", async () => {
    const role = await makeRole('connection limit 0');
    const full = urlWith((url) => {
      url.username = role;
      url.password = 's3cret';
    });
    expect(await refusalOf(full)).toBe(
      `The database ${nameOf(full)} accepts no more connections (too many connections for role "${role}"): close others, or raise max_connections.`,
    );
    const starting = await startServer(errorResponse('57P03', 'the database system is starting up'));
    expect(await refusalOf(localhost(starting))).toContain(
      'is starting or stopping (the database system is starting up): try again in a moment.',
    );
    const pooler = await startServer(errorResponse('08P01', 'unsupported startup parameter: options'));
    expect(await refusalOf(localhost(pooler))).toContain(
      "can't be used through a pooler such as PgBouncer (unsupported startup parameter: options): point DATABASE_URL at the server itself.",
    );
  });

  it('when TLS is required and not available', async () => {
    const url = urlWith((to) => to.searchParams.set('sslmode', 'require'));
    const warnings: string[] = [];
    const listen = (warning: Error) => warnings.push(warning.message);
    process.on('warning', listen);
    expect(await refusalOf(url)).toContain(
      "can't be reached by TLS (The server does not support SSL connections): set sslmode",
    );
    process.off('warning', listen);
    expect(warnings).toEqual([]);
  });

  it('when the user may not make tables', async () => {
    const role = await makeRole();
    const url = new URL(await newSchemaUrl());
    await administer(`grant usage on schema ${schemaOf(url.href)} to ${role}`);
    url.username = role;
    url.password = 's3cret';
    expect(await refusalOf(url.href)).toBe(
      `The database ${nameOf(url.href)} doesn't allow this user to make tables (permission denied for schema ${schemaOf(url.href)}): make the user the owner of the database.`,
    );
  });

  it('when there is no schema for the tables', async () => {
    const url = urlWith((to) => to.searchParams.set('options', '-c search_path=nowhere'));
    expect(await refusalOf(url)).toContain('has no schema for the tables that this user may use');
  });

  it('when the tables are those of another program', async () => {
    const url = await newSchemaUrl();
    await administer(`create table ${schemaOf(url)}.recipes (id int)`);
    expect(await refusalOf(url)).toBe(
      `The database ${nameOf(url)} belongs to another program: point DATABASE_URL at a database of its own.`,
    );
  });

  it.each([
    ['is too old', "when 'server_version_num' then '120022'", 'false', 'is on Postgres 12: it must be 13 or newer.'],
    ['is not in UTF-8', "when 'server_encoding' then 'LATIN1'", 'false', 'is encoded in LATIN1, which'],
    [
      'is a standby',
      "when '' then ''",
      'true',
      "is a standby, which can't be written: point DATABASE_URL at its primary.",
    ],
  ])('when it %s', async (_, setting, isStandby, says) => {
    const url = new URL(await newSchemaUrl());
    const schema = schemaOf(url.href);
    // Replaces functions of the server by ones in a schema that comes first in search_path.
    await administer(
      `create function ${schema}.current_setting(name text) returns text language sql as
         $$ select case name ${setting} else pg_catalog.current_setting(name) end $$;
       create function ${schema}.pg_is_in_recovery() returns boolean language sql as 'select ${isStandby}'`,
    );
    url.searchParams.set('options', `-c search_path=${schema},pg_catalog`);
    expect(await refusalOf(url.href)).toContain(`The database ${nameOf(url.href)} ${says}`);
  });
});

it('of several processes that start at once only the first migrates', async () => {
  const target = parsePostgresUrl(await newSchemaUrl());
  const made: number[] = [];
  const first = async () => {
    made.push(1);
  };
  const migrations = [...MIGRATIONS, first];
  await Promise.all(Array.from({ length: 5 }, () => migrateDatabase(target, { migrations })));
  expect(made).toEqual([1]);
});

it('another schema of the same database is another database', async () => {
  for (const url of [await newSchemaUrl(), await newSchemaUrl()]) {
    const database = await openDatabase(url);
    onTestFinished(() => database.close());
    expect(await database.db.selectFrom('jobs').selectAll().execute()).toEqual([]);
  }
});

describe('a postgres:// URL', () => {
  const settingsOf = (url: string) => parsePostgresUrl(url).settings;

  it('is named without user and password', () => {
    expect(parsePostgresUrl('postgres://bot:s3cret@db.example/timeless').name).toBe(
      'postgres://db.example:5432/timeless',
    );
    expect(parsePostgresUrl('postgresql://bot@[::1]:6432/timeless').name).toBe('postgres://[::1]:6432/timeless');
    expect(parsePostgresUrl('postgres:///timeless?host=/run/postgresql&user=bot').name).toBe(
      'postgres:///run/postgresql:5432/timeless',
    );
  });

  it.each([
    'postgres://',
    'postgres://host',
    'postgres://bot:s3#cret@host/timeless',
    'postgres://bot:s3/cret@host/timeless',
    'postgres://bot:12/3@host/timeless',
    'postgres://bot:12?3@host/timeless',
    'postgres://bot:12#3@host/timeless',
    'postgres://bot:secret@host:port/timeless',
  ])('that is invalid is refused, without quoting it: %s', (url) => {
    expect(() => parsePostgresUrl(url)).toThrow(
      new FatalError(
        'DATABASE_URL is no postgres:// URL that can be read: it must be postgres://user:password@host:5432/database, special characters of the password percent-encoded (@ as %40).',
      ),
    );
  });

  it('keeps its options, and requires a verified certificate unless it says no-verify or disable', () => {
    const url = 'postgres://bot:s3cret@host/timeless';
    expect(settingsOf(`${url}?options=-c%20search_path%3Dbot`).options).toMatch(
      /^-c search_path=bot -c tcp_keepalives/,
    );
    expect(settingsOf(`${url}?sslmode=require`).connectionString).toBe(`${url}?sslmode=verify-full`);
    expect(settingsOf(`${url}?sslmode=no-verify`).connectionString).toBe(`${url}?sslmode=no-verify`);
  });

  it('keeps files in the data folder', () => {
    expect(findDataFolder('postgres://bot@host/timeless')).toBe(`${process.cwd()}/data`);
    expect(findDataFolder('file:./elsewhere/timeless.db')).toBe(`${process.cwd()}/elsewhere`);
  });
});
