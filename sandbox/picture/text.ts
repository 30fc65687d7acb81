import type { Names } from '../discord/index.ts';
import { type Box, stacked } from './boxes.ts';
import { inlineRuns } from './inline.ts';
import { wrap } from './lines.ts';
import type { Run, Style } from './runs.ts';
import { COLOUR } from './theme.ts';

/** Height of a line, in parts of the size of its text. */
const LEADING = 1.4;
const HEADING_SIZES = [1.5, 1.25, 1.1];

export interface TextOptions {
  style: Style;
  /** px */
  width: number;
  names: Names;
}

/** Lays out text with what a client understands of Markdown: headings, lists, quotes, code blocks, and marks within lines. */
export function text(source: string, options: TextOptions): Box {
  const parts = source.split(/^```(?:\w*\n)?([\s\S]*?)\n?```$/m);
  const boxes = parts.flatMap((part, index) => {
    if (index % 2 === 1) return [codeBlock(part, options)];
    return part.replace(/^\n+|\n+$/g, '') === ''
      ? []
      : part
          .replace(/^\n|\n$/g, '')
          .split('\n')
          .map((line) => block(line, options));
  });
  return stacked(boxes, 0);
}

/** Lays out text as it stands. */
export function plainText(source: string, style: Style, width = Number.POSITIVE_INFINITY): Box {
  return paragraph([{ text: source, style }], style, width);
}

function block(line: string, options: TextOptions): Box {
  const { style, width, names } = options;
  const [, marks, heading] = /^(#{1,3}) +(.+)/.exec(line) ?? [];
  if (marks !== undefined && heading !== undefined) {
    const larger: Style = {
      ...style,
      face: 'bold',
      size: style.size * (HEADING_SIZES[marks.length - 1] ?? 1),
      colour: COLOUR.strong,
    };
    return paragraph(inlineRuns(heading, larger, names), larger, width);
  }
  const [, small] = /^-# +(.+)/.exec(line) ?? [];
  if (small !== undefined) {
    const muted: Style = { ...style, size: style.size * 0.85, colour: COLOUR.muted };
    return paragraph(inlineRuns(small, muted, names), muted, width);
  }
  const [, quoted] = /^> ?(.*)/.exec(line) ?? [];
  if (quoted !== undefined) return quote(block(quoted, { ...options, width: width - 14 }));
  const [, indent, bullet, item] = /^( *)([-*]|\d+\.) +(.+)/.exec(line) ?? [];
  if (indent !== undefined && bullet !== undefined && item !== undefined) {
    const left = 8 + indent.length * 8;
    const sign = plainText(/\d/.test(bullet) ? bullet : '•', style);
    const beyond = left + Math.max(14, sign.width + 6);
    const inner = paragraph(inlineRuns(item, style, names), style, width - beyond);
    return {
      width: beyond + inner.width,
      height: inner.height,
      draw(canvas, x, y) {
        sign.draw(canvas, x + left, y);
        inner.draw(canvas, x + beyond, y);
      },
    };
  }
  return paragraph(inlineRuns(line, style, names), style, width);
}

function paragraph(runs: readonly Run[], { size }: Style, width: number): Box {
  const lines = wrap(runs, width);
  const lineHeight = Math.round(size * LEADING);
  return {
    width: Math.max(...lines.map((line) => line.width)),
    height: lines.length * lineHeight,
    draw(canvas, x, y) {
      for (const [index, line] of lines.entries()) {
        canvas.line(line, x, y + index * lineHeight + Math.round(lineHeight / 2 + size * 0.36));
      }
    },
  };
}

function quote(inner: Box): Box {
  return {
    width: inner.width + 14,
    height: inner.height,
    draw(canvas, x, y) {
      canvas.rectangle({ x, y, width: 4, height: inner.height, fill: COLOUR.line, radius: 2 });
      inner.draw(canvas, x + 14, y);
    },
  };
}

function codeBlock(source: string, { style, width }: TextOptions): Box {
  const inner = plainText(source, { ...style, face: 'mono', size: style.size * 0.88 }, width - 20);
  return {
    width,
    height: inner.height + 16,
    draw(canvas, x, y) {
      canvas.rectangle({ x, y, width, height: inner.height + 16, fill: COLOUR.code, radius: 4 });
      inner.draw(canvas, x + 10, y + 8);
    },
  };
}
