import type { MonthCalendar } from './month.ts';
import type { Scale } from './scale.ts';
import {
  type Block,
  COLOURS,
  DIGIT_MIDDLE,
  HEADING_SIZE,
  type Letterings,
  MARGIN,
  rectangle,
  TEXT_SIZE,
  WIDTH,
} from './theme.ts';

export interface DayPanel {
  readonly title: string;
  /** By day of the month, the first day first; all days, also those to come. */
  readonly values: readonly number[];
  readonly calendar: MonthCalendar;
  readonly format: (value: number) => string;
  readonly scale: Scale;
  /** Of the widest number at a scale: the same for panels that stand below each other. */
  readonly scaleWidth: number;
  readonly plotHeight: number;
  readonly colour: string;
  readonly todayColour: string;
}

const HEADING_HEIGHT = 78;
const AXIS_HEIGHT = 56;
const LABELLED_DAYS = [1, 5, 10, 15, 20, 25, 30];
/** Between the numbers of a scale and its lines. */
const SCALE_GAP = 16;
/** Between two days' labels, at least. */
const LABEL_GAP = 14;
/** The least of a bar that stands for something, and what a day without anything shows: it has been, but nothing happened. */
const LEAST_BAR = 4;

/** Bars by day of the month over a scale, with the days to come left empty. */
export function dayPanel(panel: DayPanel, { regular, bold }: Letterings): Block {
  const { values, scale, plotHeight } = panel;
  const today = panel.calendar.today?.day;
  const left = MARGIN + panel.scaleWidth + SCALE_GAP;
  const dayWidth = (WIDTH - MARGIN - left) / values.length;
  const middleOf = (day: number) => left + (day - 0.5) * dayWidth;

  function heading(top: number) {
    const [y, size] = [top + HEADING_SIZE, HEADING_SIZE];
    const title = bold.draw(panel.title, { x: MARGIN, y, size, colour: COLOURS.text });
    if (today === undefined) return title;
    const style = { x: WIDTH - MARGIN, y, size: TEXT_SIZE, colour: panel.todayColour, anchor: 'end' } as const;
    return title + bold.draw(`today ${panel.format(values[today - 1] ?? 0)}`, style);
  }

  function grid(bottom: number) {
    const lines = scale.ticks.map(({ value, label }) => {
      const y = bottom - (value / scale.top) * plotHeight;
      const style = {
        x: left - SCALE_GAP,
        y: y + DIGIT_MIDDLE * TEXT_SIZE,
        size: TEXT_SIZE,
        colour: COLOURS.muted,
      } as const;
      const line = rectangle({ x: left, y: y - 1, width: WIDTH - MARGIN - left, height: 2 }, COLOURS.grid);
      return line + regular.draw(label, { ...style, anchor: 'end' });
    });
    return lines.join('');
  }

  function bar(day: number, bottom: number) {
    const value = values[day - 1] ?? 0;
    const height = Math.max(LEAST_BAR, Math.round((value / scale.top) * plotHeight));
    const footHeight = Math.ceil(height / 2);
    const width = Math.round(dayWidth * 0.7);
    const x = Math.round(middleOf(day) - width / 2);
    const colour = value > 0 ? (day === today ? panel.todayColour : panel.colour) : COLOURS.others;
    // Round above, square where it stands.
    const foot = rectangle({ x, y: bottom - footHeight, width, height: footHeight }, colour);
    return rectangle({ x, y: bottom - height, width, height }, colour, value > 0 ? 3 : 0) + foot;
  }

  function dayLabel(day: number, bottom: number) {
    const isToday = day === today;
    const style = { x: middleOf(day), y: bottom + 44, size: TEXT_SIZE, anchor: 'middle' } as const;
    return isToday
      ? bold.draw(String(day), { ...style, colour: panel.todayColour })
      : regular.draw(String(day), { ...style, colour: COLOURS.muted });
  }

  /** The usual days, without those that today's label would touch. */
  function labelledDays() {
    const days = LABELLED_DAYS.filter((day) => day <= values.length);
    if (today === undefined) return days;
    const room = bold.width('30', TEXT_SIZE) + LABEL_GAP;
    return [...days.filter((day) => Math.abs(day - today) * dayWidth >= room), today];
  }

  return {
    height: HEADING_HEIGHT + plotHeight + AXIS_HEIGHT,
    draw(top) {
      const bottom = top + HEADING_HEIGHT + plotHeight;
      const band =
        today === undefined
          ? ''
          : rectangle(
              { x: middleOf(today) - dayWidth / 2, y: bottom - plotHeight, width: dayWidth, height: plotHeight },
              COLOURS.band,
            );
      const begun = Array.from({ length: panel.calendar.daysBegun }, (_, index) => index + 1);
      return [
        heading(top),
        band,
        grid(bottom),
        ...begun.map((day) => bar(day, bottom)),
        ...labelledDays().map((day) => dayLabel(day, bottom)),
      ].join('');
    },
  };
}
