import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { ShardLog } from '../../src/events/shard-log.ts';
import { createLog } from '../../src/log.ts';

const MINUTE_MS = 60_000;

let lines: string[];
let shard: ShardLog;
beforeEach(() => {
  vi.useFakeTimers();
  lines = [];
  const write = (line: string) => {
    lines.push(String(JSON.parse(line).msg));
  };
  shard = new ShardLog(0, createLog({ level: 'info', logPrompts: false }, { write }), new AbortController().signal);
  shard.greeted();
  shard.recovered('connected');
});
afterEach(() => {
  vi.useRealTimers();
});

/** Since the last call. */
const told = () => lines.splice(0);
const fall = () => shard.closed(1_006);
function recover(): void {
  shard.greeted();
  shard.recovered('resumed');
}

it('says nothing of a shard that stays up, nor of one that waits for its turn to identify', () => {
  expect(told()).toEqual(['gateway connected']);
  vi.advanceTimersByTime(60 * MINUTE_MS);
  expect(told()).toEqual([]);
  const write = () => expect.unreachable();
  new ShardLog(1, createLog({ level: 'info', logPrompts: false }, { write }), new AbortController().signal).greeted();
  vi.advanceTimersByTime(60 * MINUTE_MS);
});

it('tells ever more seldom of a shard that stays down, and at once when it is back', () => {
  told();
  fall();
  for (let second = 0; second < 3_600; second += 1) {
    vi.advanceTimersByTime(1_000);
    fall();
  }
  const [first, second, ...summaries] = told();
  expect([first, second]).toEqual(['gateway disconnected', 'gateway connection failed']);
  expect(new Set(summaries)).toEqual(new Set(['gateway still not connected']));
  expect(summaries.length).toBeGreaterThan(9);
  expect(summaries.length).toBeLessThan(20);
  recover();
  expect(told()).toEqual(['gateway resumed']);
});

it('counts what comes and goes all the time', () => {
  told();
  for (let minute = 0; minute < 60; minute += 1) {
    vi.advanceTimersByTime(MINUTE_MS);
    fall();
    recover();
  }
  const [first, second, ...summaries] = told();
  expect([first, second]).toEqual(['gateway disconnected', 'gateway resumed']);
  expect(new Set(summaries)).toEqual(new Set(['gateway unstable']));
  expect(summaries.length).toBeLessThan(12);
});

it('tells each time of what happens now and then', () => {
  told();
  for (let hour = 0; hour < 5; hour += 1) {
    vi.advanceTimersByTime(60 * MINUTE_MS);
    fall();
    recover();
    expect(told()).toEqual(['gateway disconnected', 'gateway resumed']);
  }
});
