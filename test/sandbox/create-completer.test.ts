import { stripVTControlCharacters } from 'node:util';
import { expect, test } from 'vitest';
import type { Completion } from '../../sandbox/session/complete-command.ts';
import { createCompleter } from '../../sandbox/terminal/create-completer.ts';

/** What Tab passes to readline, and what it prints. */
async function pressTab(completion: Completion) {
  const printed: string[] = [];
  const completer = createCompleter(
    () => Promise.resolve(completion),
    (text) => printed.push(text),
  );
  const result = await new Promise((resolve) => completer('line', (_, answer) => resolve(answer)));
  return { result, printed: stripVTControlCharacters(printed.join('\n')) };
}

const SAMPLES = { text: 'samples:', description: 'How many' };
const SEED = { text: 'seed:', description: 'Which' };

test('Tab lists the options with their descriptions when it cannot extend the line', async () => {
  expect(await pressTab({ fragment: 's', candidates: [SAMPLES, SEED] })).toEqual({
    result: [[], 's'],
    printed: 'samples:  How many\nseed:     Which',
  });
});

test('Tab extends the line by the only candidate, or by their common start, and prints nothing', async () => {
  const one = { result: [['samples:'], 'sa'], printed: '' };
  expect(await pressTab({ fragment: 'sa', candidates: [SAMPLES] })).toEqual(one);
  const shared = { result: [['samples:', 'seed:'], ''], printed: '' };
  expect(await pressTab({ fragment: '', candidates: [SAMPLES, SEED] })).toEqual(shared);
});

test('Tab explains the option whose value is being typed', async () => {
  const current = { type: 4, name: 'seed', description: 'Which' };
  expect(await pressTab({ fragment: 'seed:', candidates: [], current })).toEqual({
    result: [[], 'seed:'],
    printed: 'seed:  Which',
  });
});

test('Tab lists values without descriptions on one line', async () => {
  const candidates = [{ text: 'true ' }, { text: 'false ' }];
  expect((await pressTab({ fragment: '', candidates })).printed).toBe('true, false');
});
