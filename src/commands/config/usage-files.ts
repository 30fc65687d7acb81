import { usageCsv } from '../../replies/usage-csv.ts';
import type { MonthlyUsage } from '../../replies/usage-ranking.ts';
import { utcDay } from '../../settings/calendar.ts';
import { now } from '../../time.ts';
import type { CommandContext } from '../command.ts';

interface UsageFile {
  readonly attachment: Buffer;
  readonly name: string;
  /** For who doesn't see the image. */
  readonly description?: string;
}

type Usage = Omit<MonthlyUsage, 'today'>;
type Painter = Pick<CommandContext, 'renderUsage' | 'log'>;

async function drawChart({ renderUsage, log }: Painter, usage: Usage): Promise<UsageFile[]> {
  try {
    const attachment = await renderUsage({ ...usage, today: utcDay(now()) });
    const description = `Images and costs by day and member, ${usage.month}`;
    return [{ attachment, name: `usage-${usage.month}.png`, description }];
  } catch (error) {
    // The numbers don't need it.
    log.error({ err: error }, 'the chart was not drawn');
    return [];
  }
}

/**
 * What goes beside the words about a month: a chart, and a table of all days and members.
 * @param maxBytes of one file
 * @returns the files, and in sentences what is missing
 */
export async function usageFiles(
  context: Painter,
  usage: Usage,
  maxBytes: number,
): Promise<{ files: UsageFile[]; notes: string[] }> {
  const chart = await drawChart(context, usage);
  const table = Buffer.from(usageCsv(usage.rows));
  const fits = table.length <= maxBytes;
  return {
    files: [...chart, ...(fits ? [{ attachment: table, name: `usage-${usage.month}.csv` }] : [])],
    notes: [
      ...(chart.length > 0 ? [] : ['The chart could not be drawn. The operator can find the reason in the log.']),
      ...(fits ? [] : ['The table is too large for a message here.']),
    ],
  };
}
