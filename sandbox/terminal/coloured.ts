import { styleText } from 'node:util';

type Format = 'bold' | 'cyan' | 'dim' | 'green' | 'red' | 'yellow';

/** The text in a colour, if stdout is a terminal and `NO_COLOR` isn't set. */
export function coloured(format: Format, text: string): string {
  return styleText(format, text);
}

/** Colours a line of a message: titles bold, buttons and selects cyan, files green, progress dim. */
export function colouredLine(line: string): string {
  if (/^\*\* .* \*\*$/.test(line)) return coloured('bold', line);
  if (/^[[(<].*[\])>]$/.test(line)) return coloured('cyan', line);
  if (line.startsWith('file ')) return coloured('green', line);
  return line === 'is thinking...' ? coloured('dim', line) : line;
}
