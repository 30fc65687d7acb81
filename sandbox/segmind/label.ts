import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import sharp, { type OverlayOptions } from 'sharp';

const FONT_FILE = createRequire(import.meta.url).resolve('dejavu-fonts-ttf/ttf/DejaVuSans.ttf');

/** The signs that the font has; it would draw boxes for the others. */
const UNPRINTABLE = /[^\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}\p{Nd}\p{Po}\p{Ps}\p{Pe}\p{Pd}\p{Sm} ]+/gu;

const STRIP_HEIGHT = 30;
const MARGIN = 12;

// A slim system has no fontconfig set-up, and libvips then complains on stderr; with the system's own, the same picture would get other bytes elsewhere.
process.env['FONTCONFIG_FILE'] = fileURLToPath(new URL('fonts.conf', import.meta.url));

/** A dark strip along the lower edge with one line of text, cut to the width. Needs no fonts on the system. */
export async function labelStrip(text: string, width: number, height: number): Promise<OverlayOptions[]> {
  const printable = text.replace(UNPRINTABLE, ' ').replace(/ +/g, ' ').slice(0, 300);
  const line = await sharp({
    text: {
      text: `<span foreground="white">${escapeMarkup(printable)}</span>`,
      font: 'DejaVu Sans 11',
      fontfile: FONT_FILE,
      rgba: true,
      dpi: 96,
    },
  })
    .png()
    .toBuffer({ resolveWithObject: true });
  const lineWidth = Math.min(line.info.width, width - 2 * MARGIN);
  const lineHeight = Math.min(line.info.height, STRIP_HEIGHT);
  const input = await sharp(line.data)
    .extract({ left: 0, top: 0, width: lineWidth, height: lineHeight })
    .png()
    .toBuffer();
  const background = { r: 10, g: 10, b: 20, alpha: 0.55 };
  return [
    {
      input: { create: { width, height: STRIP_HEIGHT, channels: 4, background } },
      left: 0,
      top: height - STRIP_HEIGHT,
    },
    { input, left: MARGIN, top: height - STRIP_HEIGHT + Math.floor((STRIP_HEIGHT - lineHeight) / 2) },
  ];
}

function escapeMarkup(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
