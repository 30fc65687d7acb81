import sharp from 'sharp';
import { labelStrip } from './label.ts';
import type { Parameters } from './parameters.ts';
import { drawScene } from './scene.ts';

/**
 * Paints one sample as a JPEG of exactly img_width × img_height: the same parameters give the same bytes, another seed another picture.
 * @param sample 0 for the first image of a request
 */
export async function renderPicture(parameters: Parameters, sample: number): Promise<Buffer> {
  const { img_width: width, img_height: height, seed, prompt } = parameters;
  const label = await labelStrip(`sandbox rendering · seed ${seed} · ${prompt}`, width, height);
  return sharp(Buffer.from(drawScene(parameters, sample)))
    .composite(label)
    .jpeg({ quality: 90 })
    .toBuffer();
}

/** The image with zeros after its end, which decoders ignore, until it has `bytes` bytes. */
export function enlarge(image: Buffer, bytes: number): Buffer {
  return Buffer.concat([image, Buffer.alloc(Math.max(0, bytes - image.length))]);
}
