import { compileFilter } from '../../src/settings/filter.ts';
import { HOSTILE_TEXTS, HOSTILE_WORDS } from '../../test/support/filter-worst-cases.ts';
import type { Part, Row } from '../part.ts';
import { median } from '../statistics.ts';

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

export const filter = {
  name: 'filter',
  about: 'full word filters on the longest prompt and negative prompt together, in the worst cases that we know',
  async run({ isQuick }) {
    const rows: Row[] = [];
    for (const [kind, words] of Object.entries(HOSTILE_WORDS)) {
      let steps = 0;
      const compiled = compileFilter(words, (taken) => {
        steps = taken;
      });
      let slowest = { ms: 0, text: '', stepsPerCharacter: 0 };
      for (const [name, text] of Object.entries(HOSTILE_TEXTS)) {
        const times = Array.from({ length: isQuick ? 1 : ROUNDS }, () => measureMs(() => compiled.find(text)));
        const ms = median(times);
        if (ms >= slowest.ms) slowest = { ms, text: name, stepsPerCharacter: steps / text.length };
      }
      rows.push({
        figure: `${words.length} words (${kind}), slowest text: ${slowest.text}, ${slowest.stepsPerCharacter.toFixed(1)} steps a character; ms`,
        bot: [slowest.ms],
        digits: 2,
        aim: { of: 'bot', atMost: ALLOWED_MS },
      });
    }
    return [{ title: 'Processor time of the slowest text for each kind of filter', rows }];
  },
} satisfies Part;
