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
  shard.helloReceived();
  shard.recovered('connected');
});
afterEach(() => {
  vi.useRealTimers();
});

/** The lines since the last call. */
const takeLines = () => lines.splice(0);
const fall = () => shard.closed(1_006);
function recover(): void {
  shard.helloReceived();
  shard.recovered('resumed');
}

it('logs nothing about a shard that stays up, or one that waits to identify', () => {
  expect(takeLines()).toEqual(['gateway connected']);
  vi.advanceTimersByTime(60 * MINUTE_MS);
  expect(takeLines()).toEqual([]);
  const write = () => expect.unreachable();
  new ShardLog(
    1,
    createLog({ level: 'info', logPrompts: false }, { write }),
    new AbortController().signal,
  ).helloReceived();
  vi.advanceTimersByTime(60 * MINUTE_MS);
});

it('logs with growing pauses that a shard stays down, and at once when it is back', () => {
  takeLines();
  fall();
  for (let second = 0; second < 3_600; second += 1) {
    vi.advanceTimersByTime(1_000);
    fall();
  }
  const [first, second, ...summaries] = takeLines();
  expect([first, second]).toEqual(['gateway disconnected', 'gateway connection failed']);
  expect(new Set(summaries)).toEqual(new Set(['gateway still not connected']));
  expect(summaries.length).toBeGreaterThan(9);
  expect(summaries.length).toBeLessThan(20);
  recover();
  expect(takeLines()).toEqual(['gateway resumed']);
});

it('counts events that repeat', () => {
  takeLines();
  for (let minute = 0; minute < 60; minute += 1) {
    vi.advanceTimersByTime(MINUTE_MS);
    fall();
    recover();
  }
  const [first, second, ...summaries] = takeLines();
  expect([first, second]).toEqual(['gateway disconnected', 'gateway resumed']);
  expect(new Set(summaries)).toEqual(new Set(['gateway unstable']));
  expect(summaries.length).toBeLessThan(12);
});

it('logs events that are rare each time', () => {
  takeLines();
  for (let hour = 0; hour < 5; hour += 1) {
    vi.advanceTimersByTime(60 * MINUTE_MS);
    fall();
    recover();
    expect(takeLines()).toEqual(['gateway disconnected', 'gateway resumed']);
  }
});
