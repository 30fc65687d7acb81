import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { failureSchema, stopReasonSchema } from '../src/jobs/failure.ts';
import { jobStateSchema } from '../src/jobs/job.ts';
import { createMetrics } from '../src/monitoring/index.ts';

const read = (name: string) => readFileSync(new URL(`../docs/operations/${name}`, import.meta.url), 'utf8');
const FILES = { 'dashboard.json': read('dashboard.json'), 'alerts.yml': read('alerts.yml') };

/** Every name of a sample that the bot exposes; of a histogram those that Prometheus makes of it. */
async function exposedNames(): Promise<Set<string>> {
  const metrics = createMetrics();
  metrics.watch({
    load: () => ({ waiting: 0, inFlight: 0 }),
    circuit: () => ({ open: false }),
    isGatewayReady: () => true,
    budget: () => ({ spentUsd: 0, reservedUsd: 0, limitUsd: 10 }),
    maxGuildSpending: async () => 0,
    guildLimitUsd: 2,
  });
  const types = (await metrics.text()).matchAll(/^# TYPE (\S+) (\S+)$/gm);
  return new Set(
    [...types].flatMap(([, name, type]) =>
      type === 'histogram' ? ['_bucket', '_sum', '_count'].map((suffix) => `${name}${suffix}`) : [`${name}`],
    ),
  );
}

/** The words that a label is compared with, whether by `=`, `!=`, `=~` or `!~`. */
function comparedWith(text: string, label: string): string[] {
  const comparisons = text.matchAll(new RegExp(`\\b${label}(?:=|!=|=~|!~)\\\\?"([^"\\\\]*)\\\\?"`, 'g'));
  return [...comparisons].flatMap(([, words = '']) => words.split('|'));
}

/** What a label may be, where that is known beforehand. */
const WORDS: Readonly<Record<string, readonly string[]>> = {
  outcome: jobStateSchema.options.map(({ shape }) => shape.name.value),
  failure: failureSchema.options.map(({ shape }) => shape.kind.value),
  reason: [...stopReasonSchema.options, 'full', 'share_full', 'operator_budget'],
};

describe.each(Object.entries(FILES))('docs/operations/%s', (_name, text) => {
  it('asks for metrics that the bot has', async () => {
    const asked = new Set([...text.matchAll(/\b(?:timeless|process|nodejs)_\w+/g)].map(([name]) => name));
    expect(asked.size).toBeGreaterThan(10);
    const exposed = await exposedNames();
    expect([...asked].filter((name) => !exposed.has(name))).toEqual([]);
  });

  it('compares labels with words that they can have', () => {
    for (const [label, words] of Object.entries(WORDS)) {
      expect(
        comparedWith(text, label).filter((word) => !words.includes(word)),
        label,
      ).toEqual([]);
    }
  });
});

describe('docs/operations', () => {
  it('shows every metric of jobs, Segmind and Discord on the dashboard', async () => {
    const families = [...(await exposedNames())].filter((name) => name.startsWith('timeless_'));
    const shown = (name: string) =>
      FILES['dashboard.json'].includes(name) ||
      FILES['dashboard.json'].includes(name.replace(/_(bucket|sum|count)$/, '_bucket'));
    expect(families.filter((name) => !shown(name) && !name.startsWith('timeless_progress_edits'))).toEqual([]);
  });
});
