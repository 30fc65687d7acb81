import { expect, it } from 'vitest';
import { moneyQuestions } from '../../src/setup/questions.ts';

it('money questions ask only for settings that exist', () => {
  const names = (known: readonly string[]) => moneyQuestions(new Set(known)).map(({ name }) => name);
  expect(names(['LOG_LEVEL', 'SEGMIND_REQUESTS_PER_MINUTE'])).toEqual(['SEGMIND_REQUESTS_PER_MINUTE']);
  expect(names(['GUILD_BUDGET_USD_PER_DAY', 'BUDGET_USD_PER_DAY'])).toEqual([
    'BUDGET_USD_PER_DAY',
    'GUILD_BUDGET_USD_PER_DAY',
  ]);
});
