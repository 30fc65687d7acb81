import sharp from 'sharp';
import type { Message } from '../discord/index.ts';
import { SCALE } from './theme.ts';

type Attachment = Message['attachments'][number];

/** A picture of a message at the size in which it is shown. */
export interface Picture {
  url: string;
  png: Buffer;
  /** px of the drawing */
  width: number;
  height: number;
  isSpoiler: boolean;
}

export interface Room {
  width: number;
  height: number;
  /** Fills the room and cuts off what is beyond it; else the picture keeps its shape within it. */
  isFilled?: boolean;
}

export function isPicture({ contentType }: Attachment): boolean {
  return /^image\/(png|jpeg|webp|gif)$/.test(contentType);
}

/** Scales a picture down into a room; spoilers come blurred. */
export async function fitted({ url, bytes, spoiler }: Attachment, room: Room): Promise<Picture> {
  const scaled = sharp(bytes).resize({
    width: room.width * SCALE,
    height: room.height * SCALE,
    fit: room.isFilled ? 'cover' : 'inside',
    withoutEnlargement: !room.isFilled,
  });
  const drawn = spoiler ? scaled.blur(30) : scaled;
  const { data, info } = await drawn.png().toBuffer({ resolveWithObject: true });
  return { url, png: data, width: info.width / SCALE, height: info.height / SCALE, isSpoiler: spoiler };
}
