import type { CallResult } from './ask.ts';
import { type Finding, ok, skipped, warning } from './finding.ts';

/** Members read times by this clock, and their day ends by it: seconds don't hurt. */
const TOLERATED_SECONDS = 2;

/** Compares this machine's clock with those of the servers that answered, by their names. */
export async function checkClock(asked: Readonly<Record<string, Promise<CallResult>>>): Promise<Finding> {
  const compared: { name: string; seconds: number }[] = [];
  for (const [name, asking] of Object.entries(asked)) {
    const answer = await asking;
    const seconds = answer.isAnswered ? answer.clockAheadSeconds : undefined;
    if (seconds !== undefined) compared.push({ name, seconds });
  }
  if (compared.length === 0) return skipped('Neither Discord nor Segmind has answered: fix that first.');
  const off = compared.filter(({ seconds }) => Math.abs(seconds) > TOLERATED_SECONDS);
  if (off.length === 0) return ok(`The clock agrees with ${compared.map(({ name }) => `${name}'s`).join(' and ')}.`);
  const told = off.map(
    ({ name, seconds }) => `${Math.round(Math.abs(seconds))} s ${seconds > 0 ? 'ahead of' : 'behind'} ${name}'s`,
  );
  return warning(
    `The clock of this machine is ${told.join(' and ')}: let it be set by NTP (timedatectl set-ntp true).`,
  );
}
