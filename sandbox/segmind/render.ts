import { createCanvas } from '@napi-rs/canvas';
import { drawCaption } from './caption.ts';
import type { Parameters } from './parameters.ts';
import { drawPattern } from './pattern.ts';

const JPEG_QUALITY = 85;

/**
 * Draws one sample as a JPEG of exactly img_width × img_height. The same parameters give the same bytes, another seed another image.
 * @param sample 0 for the first image of a request
 */
export async function renderImage(parameters: Parameters, sample: number): Promise<Buffer> {
  const { img_width: width, img_height: height, seed, samples, prompt } = parameters;
  const context = createCanvas(width, height).getContext('2d');
  drawPattern(context, parameters, sample);
  drawCaption(
    context,
    prompt,
    `drawn by the sandbox · seed ${seed}${samples > 1 ? ` · ${sample + 1} of ${samples}` : ''}`,
  );
  return context.canvas.encode('jpeg', JPEG_QUALITY);
}

/** Pads an image with zeros to `bytes` bytes; decoders ignore what follows its end. */
export function enlarge(image: Buffer, bytes: number): Buffer {
  return Buffer.concat([image, Buffer.alloc(Math.max(0, bytes - image.length))]);
}
