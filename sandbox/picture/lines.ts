import { measure } from './faces.ts';
import type { Run } from './runs.ts';

export interface Line {
  runs: Run[];
  /** px */
  width: number;
}

/** Room left and right of text with a background, in parts of its size. */
export const BACKGROUND_PADDING = 0.2;

/** The width of a run with the room beside a background. */
export function runWidth({ text, style }: Run): number {
  const padding = style.background ? 2 * BACKGROUND_PADDING * style.size : 0;
  return measure(text, style.face, style.size) + padding;
}

/** Breaks runs into lines of at most `width` px: at line feeds, between words, and within what is longer than a line. */
export function wrap(runs: readonly Run[], width: number): Line[] {
  const lines: Line[] = [{ runs: [], width: 0 }];
  const add = (run: Run) => {
    const line = lines.at(-1);
    const last = line?.runs.at(-1);
    if (last && last.style === run.style) last.text += run.text;
    else line?.runs.push({ ...run });
    if (line) line.width = line.runs.reduce((sum, each) => sum + runWidth(each), 0);
  };
  const room = () => width - (lines.at(-1)?.width ?? 0);
  for (const { run, isBreak } of words(runs)) {
    if (isBreak) {
      lines.push({ runs: [], width: 0 });
      continue;
    }
    if (runWidth(run) > room() && lines.at(-1)?.runs.length !== 0) {
      lines.push({ runs: [], width: 0 });
      if (run.text.trim() === '') continue;
    }
    if (runWidth(run) <= room()) add(run);
    else {
      for (const character of run.text) {
        if (runWidth({ ...run, text: character }) > room()) lines.push({ runs: [], width: 0 });
        add({ ...run, text: character });
      }
    }
  }
  return lines;
}

function words(runs: readonly Run[]): { run: Run; isBreak: boolean }[] {
  return runs.flatMap(({ text, style }) =>
    // Words keep the space before them apart, so that a line can end there.
    (text.match(/\n|[^\S\n]+|\S+/g) ?? []).map((word) => ({ run: { text: word, style }, isBreak: word === '\n' })),
  );
}
