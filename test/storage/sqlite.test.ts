import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { SqliteFailure } from '../../src/storage/sqlite.ts';
import { DRIVERS, makeFolder } from '../support/storage/fixtures.ts';

describe.each(DRIVERS)('$name', (driver) => {
  function connect(path = join(makeFolder(), 'a.db')) {
    const connection = driver.open(path, { busyTimeoutMs: 0 });
    onTestFinished(() => connection.close());
    return connection;
  }

  it('returns the values that it was given', () => {
    const connection = connect();
    connection.execute('create table kept (id integer primary key, words text, whole integer, fraction real) strict');
    const row = fc.record({
      words: fc.option(fc.string({ unit: 'grapheme' }).map((text) => text.replaceAll('\0', ''))),
      whole: fc.option(fc.maxSafeInteger()),
      fraction: fc.option(fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0)),
    });
    fc.assert(
      fc.property(row, ({ words, whole, fraction }) => {
        const safe =
          fraction !== null && Number.isInteger(fraction) && !Number.isSafeInteger(fraction) ? 0.5 : fraction;
        connection.execute('delete from kept');
        connection.execute('insert into kept (words, whole, fraction) values (?, ?, ?)', [words, whole, safe]);
        const { rows } = connection.execute('select words, whole, fraction from kept');
        expect(rows).toStrictEqual([{ words, whole: whole === 0 ? 0 : whole, fraction: safe === 0 ? 0 : safe }]);
      }),
    );
  });

  it('returns how many rows a statement changed, and the number of an inserted row', () => {
    const connection = connect();
    connection.execute('create table kept (id integer primary key, words text) strict');
    expect(connection.execute("insert into kept (words) values ('a'), ('b')")).toMatchObject({
      changes: 2,
      lastInsertRowid: 2,
    });
    expect(connection.execute("update kept set words = 'c' where id = ?", [7])).toMatchObject({ changes: 0 });
    expect(connection.execute("insert into kept (words) values ('d') returning id").rows).toStrictEqual([{ id: 3 }]);
  });

  it.each([
    ['a boolean', true, 'of type boolean'],
    ['undefined', undefined, 'of type undefined'],
    ['a Date', new Date(0), 'an object (Date)'],
    ['a list', ['a'], 'an object (Array)'],
    ['a bigint', 1n, 'of type bigint'],
    ['NaN', Number.NaN, 'the number NaN'],
    ['a number beyond 2^53', 2 ** 53, 'the number 9007199254740992'],
    ['text that one driver would cut', 'a\0b', 'text with a NUL character'],
  ])('refuses %s before SQLite sees it', (_, value, description) => {
    const connection = connect();
    const refusal = `Parameter 2 of a statement is ${description}; text, safe numbers and null can be stored.`;
    expect(() => connection.execute('select ?, ?', ['a', value])).toThrow(new TypeError(refusal));
  });

  it('rolls back, and knows whether it is in a transaction', () => {
    const connection = connect();
    connection.execute('create table kept (id integer primary key) strict');
    expect(connection.isInTransaction).toBe(false);
    connection.execute('begin immediate');
    connection.execute('insert into kept default values');
    expect(connection.isInTransaction).toBe(true);
    connection.execute('rollback');
    expect(connection.isInTransaction).toBe(false);
    expect(connection.execute('select * from kept').rows).toEqual([]);
  });

  /** The code of SQLite's failure that `work` throws. */
  function codeOf(work: () => unknown): string | undefined {
    try {
      work();
    } catch (error) {
      if (error instanceof SqliteFailure) return error.code;
      throw error;
    }
    return undefined;
  }

  it('has SQLite’s primary code in failures', () => {
    const folder = makeFolder();
    const path = join(folder, 'a.db');
    const first = connect(path);
    first.execute('create table kept (id integer primary key) strict');
    const second = connect(path);
    first.execute('begin immediate');
    expect(codeOf(() => second.execute('begin immediate'))).toBe('SQLITE_BUSY');
    first.execute('insert into kept values (1)');
    expect(codeOf(() => first.execute('insert into kept values (1)'))).toBe('SQLITE_CONSTRAINT');
    expect(codeOf(() => first.execute('select nonsense'))).toBe('SQLITE_ERROR');
    first.execute('rollback');
    const readOnly = driver.open(path, { busyTimeoutMs: 0, isReadOnly: true });
    onTestFinished(() => readOnly.close());
    expect(codeOf(() => readOnly.execute('insert into kept values (1)'))).toBe('SQLITE_READONLY');
    expect(codeOf(() => driver.open(folder, { busyTimeoutMs: 0 }))).toBe('SQLITE_CANTOPEN');
    writeFileSync(join(folder, 'text'), 'a text '.repeat(1_000));
    expect(codeOf(() => connect(join(folder, 'text')).execute('select * from kept'))).toBe('SQLITE_NOTADB');
  });
});

it('a driver works on this Node', () => {
  expect(DRIVERS).not.toEqual([]);
});
