import sharp from 'sharp';
import type { Message, Names } from '../discord/index.ts';
import { type Box, stacked } from './boxes.ts';
import { Canvas } from './canvas.ts';
import { controlRow } from './controls.ts';
import { embedBox } from './embed.ts';
import { fileBoxes } from './files.ts';
import type { Style } from './runs.ts';
import { plainText, text } from './text.ts';
import { COLOUR, SCALE, WIDTH } from './theme.ts';

const PADDING = { x: 16, y: 14 };
const AVATAR_RADIUS = 20;
const LEFT = PADDING.x + 2 * AVATAR_RADIUS + 16;
const CONTENT_WIDTH = WIDTH - LEFT - PADDING.x;

const CONTENT: Style = { face: 'regular', size: 15, colour: COLOUR.text };
const NAME: Style = { face: 'bold', size: 15, colour: COLOUR.strong };
const NOTE: Style = { face: 'regular', size: 12.5, colour: COLOUR.muted };

/**
 * Draws a message as a client with the dark theme shows it, 700 px wide at twice the size, as a PNG.
 * Needs no fonts, browser or network; the same message gives the same bytes.
 */
export async function renderMessage(message: Message, { names }: { names: Names }): Promise<Buffer> {
  const body = stacked([header(message), ...(await parts(message, names))], 6);
  const source = usedCommand(message, names);
  const top = PADDING.y + (source ? source.height + 4 : 0);
  const height = Math.ceil(top + Math.max(body.height, 2 * AVATAR_RADIUS) + PADDING.y);
  const canvas = new Canvas();
  canvas.rectangle({ x: 0, y: 0, width: WIDTH, height, fill: COLOUR.background });
  if (message.ephemeralFor !== undefined) {
    canvas.rectangle({ x: 0, y: 0, width: WIDTH, height, fill: COLOUR.brand, opacity: 0.06 });
    canvas.rectangle({ x: 0, y: 0, width: 3, height, fill: COLOUR.brand });
  }
  source?.draw(canvas, LEFT, PADDING.y);
  avatar(canvas, message, PADDING.x + AVATAR_RADIUS, top + AVATAR_RADIUS);
  body.draw(canvas, LEFT, top);
  return sharp(Buffer.from(canvas.toSvg(WIDTH, height, SCALE)), { unlimited: true })
    .png({ compressionLevel: 9 })
    .toBuffer();
}

async function parts(message: Message, names: Names): Promise<Box[]> {
  const lay = (source: string, style: Style) => text(source, { style, width: CONTENT_WIDTH, names });
  if (message.deleted) return [plainText('(deleted)', NOTE)];
  if (message.thinking) return [plainText('Timeless is thinking...', { ...NOTE, size: 15 }), ...onlyYou(message)];
  return [
    ...(message.content === '' ? [] : [lay(message.content, CONTENT)]),
    ...(await fileBoxes(message.attachments)),
    ...(await Promise.all(message.embeds.map((embed) => embedBox(embed, message, names)))),
    ...message.components.map((row) => controlRow(message, row, CONTENT_WIDTH)),
    ...onlyYou(message),
  ];
}

function header({ author }: Message): Box {
  const name = plainText(author.globalName, NAME);
  const badge = plainText('BOT', { face: 'bold', size: 10, colour: COLOUR.white });
  return {
    width: name.width + 60,
    height: name.height,
    draw(canvas, x, y) {
      name.draw(canvas, x, y);
      if (!author.bot) return;
      const left = x + name.width + 7;
      const height = 16;
      const top = y + (name.height - height) / 2;
      canvas.rectangle({ x: left, y: top, width: badge.width + 9, height, fill: COLOUR.brand, radius: 4 });
      badge.draw(canvas, left + 4.5, top + (height - badge.height) / 2);
    },
  };
}

function avatar(canvas: Canvas, { author }: Message, x: number, y: number): void {
  canvas.circle(x, y, AVATAR_RADIUS, author.bot ? COLOUR.brand : COLOUR.line);
  const letter = plainText(author.globalName.slice(0, 1), { face: 'bold', size: 20, colour: COLOUR.white });
  letter.draw(canvas, x - letter.width / 2, y - letter.height / 2);
}

/** Above the answer to a command: who used it. */
function usedCommand({ referencedInteraction }: Message, names: Names): Box | undefined {
  if (referencedInteraction?.name === undefined) return undefined;
  const who = plainText(names.user(referencedInteraction.userId), { ...NOTE, face: 'bold', colour: COLOUR.text });
  const used = plainText(' used ', NOTE);
  const command = plainText(`/${referencedInteraction.name}`, { ...NOTE, colour: COLOUR.mention });
  return {
    width: who.width + used.width + command.width,
    height: who.height,
    draw(canvas, x, y) {
      const from = PADDING.x + AVATAR_RADIUS;
      canvas.stroke(`M${from} ${y + who.height + 1}v-4a5 5 0 0 1 5 -5H${LEFT - 6}`, COLOUR.line, 2);
      who.draw(canvas, x, y);
      used.draw(canvas, x + who.width, y);
      command.draw(canvas, x + who.width + used.width, y);
    },
  };
}

function onlyYou({ ephemeralFor }: Message): Box[] {
  if (ephemeralFor === undefined) return [];
  const label = plainText('Only you can see this · ', NOTE);
  const dismiss = plainText('Dismiss message', { ...NOTE, colour: COLOUR.link });
  const eye = 18;
  return [
    {
      width: eye + label.width + dismiss.width,
      height: label.height + 2,
      draw(canvas, x, y) {
        const middle = y + 2 + label.height / 2;
        canvas.stroke(`M${x} ${middle}q6.5 -9 13 0q-6.5 9 -13 0z`, COLOUR.muted, 1.3);
        canvas.circle(x + 6.5, middle, 2.2, COLOUR.muted);
        label.draw(canvas, x + eye, y + 2);
        dismiss.draw(canvas, x + eye + label.width, y + 2);
      },
    },
  ];
}
