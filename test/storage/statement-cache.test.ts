import { join } from 'node:path';
import { expect, it } from 'vitest';
import { StatementCache } from '../../src/storage/statement-cache.ts';
import { DRIVERS, makeFolder } from '../support/storage/fixtures.ts';

function countPrepared() {
  const prepared: string[] = [];
  const cache = new StatementCache((sql) => {
    prepared.push(sql);
    return { sql };
  });
  return { cache, prepared };
}

it('prepares a statement once, and a pragma each time', () => {
  const { cache, prepared } = countPrepared();
  for (const sql of ['select 1', 'pragma synchronous = full', 'select 1', 'pragma synchronous = full'])
    expect(cache.get(sql)).toEqual({ sql });
  expect(prepared).toEqual(['select 1', 'pragma synchronous = full', 'pragma synchronous = full']);
});

it('forgets the oldest of more than 200', () => {
  const { cache, prepared } = countPrepared();
  for (let number = 0; number <= 200; number += 1) cache.get(`select ${number}`);
  cache.get('select 1');
  expect(prepared).toHaveLength(201);
  cache.get('select 0');
  expect(prepared).toHaveLength(202);
});

it.each(DRIVERS)('a kept statement of $name returns the columns of today', (driver) => {
  const database = driver.open(join(makeFolder(), 'test.db'), { busyTimeoutMs: 100 });
  database.execute('create table roses (a)');
  const insert = () => database.execute('insert into roses (a) values (?) returning *', [1]).rows;
  expect(insert()).toEqual([{ a: 1 }]);
  database.execute('alter table roses add column b default 5');
  expect(insert()).toEqual([{ a: 1, b: 5 }]);
  database.close();
});
