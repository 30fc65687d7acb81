import { afterEach, expect, it, vi } from 'vitest';
import { RenderHistory } from '../../../src/jobs/render-times/history.ts';
import type { RenderTime } from '../../../src/jobs/render-times/store.ts';
import { parametersSchema } from '../../../src/segmind/parameters.ts';
import type { InferenceMetrics } from '../../../src/segmind/result.ts';
import { recordedLog } from '../../support/job-fixtures.ts';

const PARAMETERS = parametersSchema.parse({ prompt: 'a red rose' });
const TEN_SECONDS = { inferenceSeconds: 9, queueSeconds: 1, totalSeconds: 10 };
const FINISH = { afterMs: 9_500, byMs: 10_500, queuedAtMs: 0 };

/** A history over a table that several may share. */
function open(table: RenderTime[] = []) {
  const { log, lines } = recordedLog();
  const fake = {
    table,
    saves: 0,
    fail: undefined as Error | undefined,
    load: async () => {
      if (fake.fail) throw fake.fail;
      return table.slice(-50);
    },
    add: async (times: readonly RenderTime[]) => {
      if (fake.fail) throw fake.fail;
      fake.saves += 1;
      table.push(...times);
    },
  };
  const history = new RenderHistory(fake, log);
  const record = (times: number, finish = FINISH, metrics: InferenceMetrics = TEN_SECONDS) => {
    for (let count = 0; count < times; count += 1) history.record(PARAMETERS, metrics, finish);
  };
  return { fake, history, lines, record, seconds: () => history.scheduleFor(PARAMETERS).estimateSeconds };
}

afterEach(() => {
  vi.useRealTimers();
});

it('learns at once, without waiting for the store', async () => {
  const { history, record, seconds } = open();
  expect(seconds()).toBe(6);
  record(8);
  expect(seconds()).toBe(10);
  expect(history.scheduleFor(PARAMETERS).firstMs).toBe(2_000);
  expect(history.scheduleFor({ ...PARAMETERS, samples: 4 }).estimateSeconds).toBe(37);
});

it('saves the first at once, together what ends within the next second, and the rest when it is closed', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const { fake, history, record } = open();
  record(1);
  await vi.advanceTimersByTimeAsync(900);
  expect(fake.table).toHaveLength(1);
  record(19);
  await vi.advanceTimersByTimeAsync(99);
  expect(fake.table).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(1);
  expect(fake.table).toHaveLength(20);
  expect(fake.saves).toBe(2);
  record(1);
  await history.close();
  expect(fake.table).toHaveLength(21);
  expect(vi.getTimerCount()).toBe(0);
});

it('knows what earlier processes stored, and what others store', async () => {
  const one = open();
  one.record(4);
  await one.history.close();
  const other = open(one.fake.table);
  other.history.load();
  expect(other.seconds()).toBe(6);
  await other.history.close();
  other.record(4);
  await other.history.close();
  expect(other.seconds()).toBe(10);
  other.record(40, { afterMs: 19_500, byMs: 20_500, queuedAtMs: 0 }, {});
  await other.history.close();
  expect(other.seconds()).toBe(20);
  one.record(1);
  await one.history.close();
  expect(one.seconds()).toBe(20);
});

it('saves what ended while it was loading', async () => {
  const { fake, history, record } = open();
  history.load();
  record(3);
  await history.close();
  expect(fake.table).toHaveLength(3);
});

it('logs what it could not save, and saves it with the next', async () => {
  const { fake, history, lines, record, seconds } = open();
  fake.fail = new Error('disk full');
  record(8);
  await history.close();
  expect(lines.filter(({ msg }) => msg === 'render times not saved')).not.toEqual([]);
  expect(seconds()).toBe(10);
  fake.fail = undefined;
  record(1);
  await history.close();
  expect(fake.table).toHaveLength(9);
});

it('saves what was recorded in the second after a failure, together with what could not be saved', async () => {
  const { fake, history, record } = open();
  fake.fail = new Error('disk full');
  record(2);
  await new Promise((resolve) => setImmediate(resolve));
  fake.fail = undefined;
  record(1);
  await history.close();
  expect(fake.table).toHaveLength(3);
});

it('starts with guesses when it can not load', async () => {
  const { fake, history, lines, seconds } = open();
  fake.fail = new Error('no table');
  history.load();
  await history.close();
  expect(lines).toMatchObject([{ msg: 'render times not loaded' }]);
  expect(seconds()).toBe(6);
});
