import type { CallResult } from './ask.ts';
import { type Finding, ok, skipped, warning } from './finding.ts';

/** Members see times of this clock, and daily limits reset by it: seconds don't matter. */
const TOLERATED_SECONDS = 2;

/** Compares this machine's clock with those of the servers that answered. @param calls by the name of the server */
export async function checkClock(calls: Readonly<Record<string, Promise<CallResult>>>): Promise<Finding> {
  const compared: { name: string; seconds: number }[] = [];
  for (const [name, call] of Object.entries(calls)) {
    const answer = await call;
    const seconds = answer.isAnswered ? answer.clockAheadSeconds : undefined;
    if (seconds !== undefined) compared.push({ name, seconds });
  }
  if (compared.length === 0) return skipped('Discord and Segmind have not answered: fix that first.');
  const off = compared.filter(({ seconds }) => Math.abs(seconds) > TOLERATED_SECONDS);
  if (off.length === 0) return ok(`The clock agrees with ${compared.map(({ name }) => `${name}'s`).join(' and ')}.`);
  const differences = off.map(
    ({ name, seconds }) => `${Math.round(Math.abs(seconds))} s ${seconds > 0 ? 'ahead of' : 'behind'} ${name}'s`,
  );
  return warning(
    `The clock of this machine is ${differences.join(' and ')}: set it by NTP (timedatectl set-ntp true).`,
  );
}
