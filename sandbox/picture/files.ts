import type { Message } from '../discord/index.ts';
import { type Box, flowed } from './boxes.ts';
import { fitted, isPicture, type Picture } from './pictures.ts';
import { plainText } from './text.ts';
import { COLOUR } from './theme.ts';

type Attachment = Message['attachments'][number];

const SINGLE = { width: 480, height: 380 };
const GAP = 4;
const MOSAIC_WIDTH = 540;
const CARD = { width: 420, height: 60 };

/** The files of a message as a client shows them: pictures, several of them side by side, and cards for the rest. */
export async function fileBoxes(attachments: readonly Attachment[]): Promise<Box[]> {
  const shown = attachments.filter(isPicture);
  const cards = attachments.filter((attachment) => !isPicture(attachment)).map(card);
  const side = (MOSAIC_WIDTH - GAP) / 2;
  const room = shown.length > 1 ? { width: side, height: side * 0.75, isFilled: true } : SINGLE;
  const pictures = await Promise.all(shown.map((attachment) => fitted(attachment, room)));
  const boxes = pictures.map((picture) => pictureBox(picture, 8));
  return [...(boxes.length > 0 ? [flowed(boxes, GAP, MOSAIC_WIDTH)] : []), ...cards];
}

/** A picture with rounded corners; over a spoiler stands that it is one. */
export function pictureBox({ png, width, height, isSpoiler }: Picture, radius: number): Box {
  const label = plainText('SPOILER', { face: 'bold', size: 14, colour: COLOUR.white });
  return {
    width,
    height,
    draw(canvas, x, y) {
      canvas.picture(png, { x, y, width, height, radius });
      if (!isSpoiler) return;
      const pill = { width: label.width + 28, height: 36 };
      const [left, top] = [x + (width - pill.width) / 2, y + (height - pill.height) / 2];
      canvas.rectangle({ ...pill, x: left, y: top, fill: '#000000', radius: 18, opacity: 0.65 });
      label.draw(canvas, left + 14, top + (pill.height - label.height) / 2);
    },
  };
}

function card({ filename, size }: Attachment): Box {
  const name = plainText(filename, { face: 'regular', size: 15, colour: COLOUR.link });
  const bytes = plainText(sizeText(size), { face: 'regular', size: 12, colour: COLOUR.muted });
  return {
    ...CARD,
    draw(canvas, x, y) {
      canvas.rectangle({ ...CARD, x, y, fill: COLOUR.line, radius: 8, opacity: 0.6 });
      canvas.rectangle({
        x: x + 1,
        y: y + 1,
        width: CARD.width - 2,
        height: CARD.height - 2,
        fill: COLOUR.embed,
        radius: 7,
      });
      const [left, top] = [x + 16, y + 14];
      canvas.stroke(
        `M${left + 15} ${top}h-11a4 4 0 0 0 -4 4v24a4 4 0 0 0 4 4h16a4 4 0 0 0 4 -4v-19zv9h9M${left + 6} ${top + 17}h12M${left + 6} ${top + 24}h12`,
        COLOUR.muted,
        2,
      );
      name.draw(canvas, x + 54, y + 10);
      bytes.draw(canvas, x + 54, y + 33);
    },
  };
}

function sizeText(bytes: number): string {
  if (bytes < 1_024) return `${bytes} bytes`;
  return bytes < 1_048_576 ? `${(bytes / 1_024).toFixed(2)} KB` : `${(bytes / 1_048_576).toFixed(2)} MB`;
}
