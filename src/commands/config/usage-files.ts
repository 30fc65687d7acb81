import { usageCsv } from '../../replies/usage-csv.ts';
import type { MonthlyUsage } from '../../replies/usage-ranking.ts';
import { utcDay } from '../../settings/calendar.ts';
import type { Texts } from '../../texts/index.ts';
import { now } from '../../time.ts';
import type { CommandContext } from '../command.ts';

interface UsageFile {
  readonly attachment: Buffer;
  readonly name: string;
  /** For those who don't see the image. */
  readonly description?: string;
}

type Usage = Omit<MonthlyUsage, 'today'>;
type Painter = Pick<CommandContext, 'renderUsage' | 'log'>;

async function drawChart({ renderUsage, log }: Painter, usage: Usage, texts: Texts): Promise<UsageFile[]> {
  try {
    const attachment = await renderUsage({ ...usage, today: utcDay(now()) });
    const description = texts.config.usage.chartText(usage.month);
    return [{ attachment, name: `usage-${usage.month}.png`, description }];
  } catch (error) {
    // The numbers don't need it.
    log.error({ err: error }, 'usage chart failed');
    return [];
  }
}

/**
 * What goes beside the text about a month, as `2026-11`: a chart, and a table of all days and members.
 * @param maxBytes of one file
 * @returns the files, and in sentences what is missing
 */
export async function usageFiles(
  context: Painter,
  usage: Usage,
  maxBytes: number,
  texts: Texts,
): Promise<{ files: UsageFile[]; notes: string[] }> {
  const chart = await drawChart(context, usage, texts);
  const table = Buffer.from(usageCsv(usage.rows));
  const fits = table.length <= maxBytes;
  return {
    files: [...chart, ...(fits ? [{ attachment: table, name: `usage-${usage.month}.csv` }] : [])],
    notes: [
      ...(chart.length > 0 ? [] : [texts.config.usage.noChart]),
      ...(fits ? [] : [texts.config.usage.tableTooLarge]),
    ],
  };
}
