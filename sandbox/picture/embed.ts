import type { Message, Names } from '../discord/index.ts';
import { type Box, beside, stacked, widened } from './boxes.ts';
import { pictureBox } from './files.ts';
import { fitted } from './pictures.ts';
import type { Style } from './runs.ts';
import { text } from './text.ts';
import { COLOUR } from './theme.ts';

type Embed = Message['embeds'][number];
type Field = NonNullable<Embed['fields']>[number];

const MAX_WIDTH = 560;
const BAR = 4;
const PADDING = { x: 14, y: 12 };
const INNER_WIDTH = MAX_WIDTH - BAR - 2 * PADDING.x;
const COLUMN_GAP = 12;
const MAX_COLUMNS = 3;
const PICTURE_ROOM = { width: INNER_WIDTH, height: 400 };

const BODY: Style = { face: 'regular', size: 14, colour: COLOUR.text };
const TITLE: Style = { face: 'bold', size: 16, colour: COLOUR.strong };
const NAME: Style = { face: 'bold', size: 13, colour: COLOUR.strong };
const FOOTER: Style = { face: 'regular', size: 12, colour: COLOUR.muted };

/** One embed: a card with a coloured bar. @param message whose files the embed may show */
export async function embedBox(embed: Embed, message: Message, names: Names): Promise<Box> {
  const { author, title, url, description, fields = [], image, footer, timestamp } = embed;
  const file = image && message.embedded.find((candidate) => candidate.url === image.url);
  const picture = file && (await fitted(file, PICTURE_ROOM));
  const lay = (source: string, style: Style) => text(source, { style, width: INNER_WIDTH, names });
  const date = timestamp === undefined ? '' : `<t:${Math.floor(Date.parse(timestamp) / 1000)}:f>`;
  const last = [footer?.text ?? '', date].filter((part) => part !== '').join(' · ');
  const parts = [
    ...(author ? [lay(author.name, NAME)] : []),
    ...(title ? [lay(title, url === undefined ? TITLE : { ...TITLE, colour: COLOUR.link })] : []),
    ...(description ? [lay(description, BODY)] : []),
    ...fieldRows(fields, names),
    ...(picture ? [pictureBox(picture, 4)] : []),
    ...(last === '' ? [] : [lay(last, FOOTER)]),
  ];
  return framed(stacked(parts, 8), embed.color);
}

function framed(inner: Box, colour: number | undefined): Box {
  const width = Math.min(MAX_WIDTH, Math.ceil(inner.width) + BAR + 2 * PADDING.x);
  const height = inner.height + 2 * PADDING.y;
  const bar = colour === undefined ? COLOUR.embedBar : `#${colour.toString(16).padStart(6, '0')}`;
  return {
    width,
    height,
    draw(canvas, x, y) {
      canvas.rectangle({ x, y, width: 2 * BAR, height, fill: bar, radius: 4 });
      canvas.rectangle({ x: x + BAR, y, width: width - BAR, height, fill: COLOUR.embed, radius: 4 });
      canvas.rectangle({ x: x + BAR, y, width: BAR, height, fill: COLOUR.embed });
      inner.draw(canvas, x + BAR + PADDING.x, y + PADDING.y);
    },
  };
}

/** Inline fields share a row, up to three; another field has its own. */
function fieldRows(fields: readonly Field[], names: Names): Box[] {
  const rows: Field[][] = [];
  for (const field of fields) {
    const row = rows.at(-1);
    const fits = field.inline && row?.[0]?.inline && row.length < MAX_COLUMNS;
    if (fits) row.push(field);
    else rows.push([field]);
  }
  return rows.map((row) => {
    const width = (INNER_WIDTH - (row.length - 1) * COLUMN_GAP) / row.length;
    const columns = row.map((field) => fieldBox(field, width, names));
    return beside(
      columns.map((column) => (row.length > 1 ? widened(column, width) : column)),
      COLUMN_GAP,
    );
  });
}

function fieldBox({ name, value }: Field, width: number, names: Names): Box {
  return stacked([text(name, { style: NAME, width, names }), text(value, { style: BODY, width, names })], 1);
}
