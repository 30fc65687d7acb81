import { compileFilter } from '../src/settings/filter.ts';
import { HOSTILE_TEXTS, HOSTILE_WORDS } from '../test/support/filter-worst-cases.ts';
import { median } from './statistics.ts';

const ROUNDS = 101;
/** The limit for the slowest text. */
const ALLOWED_MS = 5;

/** CPU time, which other load on the machine doesn't affect. */
function measureMs(work: () => void): number {
  const start = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1_000;
}

/** Measures how long a full filter takes for the longest prompt and negative prompt together, in the worst cases that we know. */
export function measureFilter(): void {
  let slowest = { ms: 0, what: '' };
  for (const [kind, words] of Object.entries(HOSTILE_WORDS)) {
    let steps = 0;
    const filter = compileFilter(words, (taken) => {
      steps = taken;
    });
    for (const [name, text] of Object.entries(HOSTILE_TEXTS)) {
      const ms = median(Array.from({ length: ROUNDS }, () => measureMs(() => filter.find(text))));
      const what = `${words.length} words (${kind}), ${text.length} characters (${name})`;
      console.log(
        `${ms.toFixed(2).padStart(6)} ms ${(steps / text.length).toFixed(1).padStart(5)} steps a character: ${what}`,
      );
      if (ms > slowest.ms) slowest = { ms, what };
    }
  }
  console.log(`The slowest: ${slowest.ms.toFixed(2)} ms, ${slowest.what}.`);
  if (slowest.ms > ALLOWED_MS) throw new Error(`That is more than ${ALLOWED_MS} ms.`);
}
