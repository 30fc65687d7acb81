import type { Canvas } from './canvas.ts';

/** Something with a size that can be drawn anywhere. */
export interface Box {
  width: number;
  height: number;
  draw(canvas: Canvas, x: number, y: number): void;
}

/** Puts boxes below one another. @param gap px between two of them */
export function stacked(boxes: readonly Box[], gap: number): Box {
  const height = boxes.reduce((sum, box) => sum + box.height, 0) + gap * Math.max(0, boxes.length - 1);
  return {
    width: Math.max(0, ...boxes.map((box) => box.width)),
    height,
    draw(canvas, x, y) {
      let top = y;
      for (const box of boxes) {
        box.draw(canvas, x, top);
        top += box.height + gap;
      }
    },
  };
}

/** Puts boxes beside one another, into further rows where they don't fit. */
export function flowed(boxes: readonly Box[], gap: number, maxWidth: number): Box {
  const rows: Box[][] = [[]];
  let used = 0;
  for (const box of boxes) {
    if (used > 0 && used + box.width > maxWidth) {
      rows.push([]);
      used = 0;
    }
    rows.at(-1)?.push(box);
    used += box.width + gap;
  }
  return stacked(
    rows.map((row) => beside(row, gap)),
    gap,
  );
}

/** Puts boxes beside one another. */
export function beside(boxes: readonly Box[], gap: number): Box {
  return {
    width: boxes.reduce((sum, box) => sum + box.width, 0) + gap * Math.max(0, boxes.length - 1),
    height: Math.max(0, ...boxes.map((box) => box.height)),
    draw(canvas, x, y) {
      let left = x;
      for (const box of boxes) {
        box.draw(canvas, left, y);
        left += box.width + gap;
      }
    },
  };
}

/** Gives a box a width that is not its own. */
export function widened(box: Box, width: number): Box {
  return { ...box, width };
}
