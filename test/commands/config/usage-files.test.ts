import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { usageFiles } from '../../../src/commands/config/usage-files.ts';
import { textsIn } from '../../../src/texts/index.ts';

const texts = textsIn('en');
const log = pino({ level: 'silent' });
const usage = {
  month: '2026-11',
  locale: 'en-US',
  rows: [{ day: '2026-11-22', memberId: '100000000000000001', images: 2, costUsd: 0.02 }],
};
const painter = { log, renderUsage: async () => Buffer.from('an image') };
const namesOf = ({ files }: Awaited<ReturnType<typeof usageFiles>>) => files.map(({ name }) => name);

describe('the files beside the usage of a month', () => {
  it('are a chart, with a text for those who can not see it, and a table', async () => {
    const its = await usageFiles(painter, usage, 1_000, texts);
    expect(namesOf(its)).toEqual(['usage-2026-11.png', 'usage-2026-11.csv']);
    expect(its.files[0]?.description).toContain('November 2026');
    expect(its.files[1]?.attachment.toString()).toContain('2026-11-22,100000000000000001,2,0.020000');
    expect(its.notes).toEqual([]);
  });

  it('leave out a table that Discord would refuse, and say so', async () => {
    const its = await usageFiles(painter, usage, 50, texts);
    expect(namesOf(its)).toEqual(['usage-2026-11.png']);
    expect(its.notes).toEqual(['The table is too large for a message here.']);
  });

  it('do without a chart that could not be drawn, and say so', async () => {
    const renderUsage = async () => {
      throw new Error('no canvas here');
    };
    const its = await usageFiles({ log, renderUsage }, usage, 1_000, texts);
    expect(namesOf(its)).toEqual(['usage-2026-11.csv']);
    expect(its.notes[0]).toContain("couldn't draw the chart");
  });
});
