import type { Parameters } from './parameters.ts';

/** The price of one 1024×1024 image with 30 steps, in US$: Segmind says about a cent. */
const DEFAULT_IMAGE_USD = 0.0103;

const DEFAULT_STEPS = 30;
const DEFAULT_PIXELS = 1024 * 1024;

/** How much work a request is, as a multiple of a default image: proportional to samples, steps and pixels. */
export function workOf(parameters: Parameters): number {
  const pixels = parameters.img_width * parameters.img_height;
  return parameters.samples * (parameters.num_inference_steps / DEFAULT_STEPS) * (pixels / DEFAULT_PIXELS);
}

/** What a request costs when it succeeds, in US$ to a hundredth of a cent. */
export function priceUsd(parameters: Parameters): number {
  return Math.round(DEFAULT_IMAGE_USD * workOf(parameters) * 10_000) / 10_000;
}
