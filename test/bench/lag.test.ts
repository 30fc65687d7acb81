import { expect, it } from 'vitest';
import { SCENARIOS } from '../../bench/lag/scenarios.ts';
import { compareScenario } from '../../bench/parts/lag.ts';
import { formatTable } from '../../bench/table.ts';

it.each(SCENARIOS)('polls within the aims for lag and polls: $title', async (scenario) => {
  const table = formatTable(await compareScenario(scenario));
  expect(table.match(/ met$/gm), table).toHaveLength(2);
});
