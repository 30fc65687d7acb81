import type { Aim, Row, Table } from './part.ts';
import { median } from './statistics.ts';

/** A table in aligned columns: medians, with the lowest and highest round where there are several. */
export function formatTable({ title, beside = '', rows, notes = [] }: Table): string {
  const header = ['', 'bot', beside, beside ? 'ratio' : '', 'aim', ''];
  return [title, ...alignColumns([header, ...rows.map(cellsOf)]), ...notes].join('\n');
}

function cellsOf(row: Row): string[] {
  const { figure, bot, beside = [], digits = 1, aim } = row;
  const ratio = ratioOf(row);
  return [
    figure,
    summarize(bot, digits),
    row.beside ? summarize(beside, digits) : '',
    ratio === undefined ? '' : ratio.toFixed(2),
    aim ? describe(aim) : '',
    aim ? judge(aim, aim.of === 'ratio' ? ratio : medianOf(bot)) : '',
  ];
}

function ratioOf({ bot, beside = [] }: Row): number | undefined {
  const [own, other] = [medianOf(bot), medianOf(beside)];
  return own === undefined || other === undefined ? undefined : own / other;
}

function medianOf(values: readonly number[]): number | undefined {
  return values.length === 0 ? undefined : median(values);
}

function summarize(values: readonly number[], digits: number): string {
  if (values.length === 0) return 'unknown';
  // Infinity: a command without an acknowledgement.
  const text = (value: number) => (Number.isFinite(value) ? value.toFixed(digits) : 'none');
  const range = `(${text(Math.min(...values))} to ${text(Math.max(...values))})`;
  return values.length === 1 ? text(median(values)) : `${text(median(values))} ${range}`;
}

function describe({ of, atMost, atLeast }: Aim): string {
  const unit = of === 'ratio' ? ' x' : '';
  return [
    ...(atMost === undefined ? [] : [`at most ${atMost}${unit}`]),
    ...(atLeast === undefined ? [] : [`at least ${atLeast}${unit}`]),
  ].join(', ');
}

function judge({ atMost = Infinity, atLeast = -Infinity }: Aim, value: number | undefined): string {
  if (value === undefined) return 'unknown';
  return value <= atMost && value >= atLeast ? 'met' : 'MISSED';
}

function alignColumns(table: readonly (readonly string[])[]): string[] {
  const widths = (table[0] ?? []).map((_, column) => Math.max(...table.map((row) => row[column]?.length ?? 0)));
  return table.map((row) =>
    row
      .map((text, column) => (column === 0 ? text.padEnd(widths[column] ?? 0) : text.padStart(widths[column] ?? 0)))
      .join('   ')
      .trimEnd(),
  );
}
