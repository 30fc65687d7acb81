import type { Texts } from '../texts/index.ts';

/** The sizes that SDXL was trained on, in pixels; the first is the default. Ratios of larger numbers come closer, and say less. */
export const SIZES = [
  { value: '1024x1024', shape: 'square', ratio: '1:1', width: 1024, height: 1024 },
  { value: '896x1152', shape: 'portrait', ratio: '7:9', width: 896, height: 1152 },
  { value: '1152x896', shape: 'landscape', ratio: '9:7', width: 1152, height: 896 },
  { value: '832x1216', shape: 'portrait', ratio: '2:3', width: 832, height: 1216 },
  { value: '1216x832', shape: 'landscape', ratio: '3:2', width: 1216, height: 832 },
  { value: '768x1344', shape: 'tall', ratio: '4:7', width: 768, height: 1344 },
  { value: '1344x768', shape: 'wide', ratio: '7:4', width: 1344, height: 768 },
] as const;

/** A size as an option has it, such as `1024x1024`. */
export function sizeValue({ width, height }: { readonly width: number; readonly height: number }): string {
  return `${width}x${height}`;
}

/** The choices of an option that takes a size. */
export function sizeChoices(
  { sizes }: Texts,
  offered: readonly (typeof SIZES)[number][] = SIZES,
): { name: string; value: string }[] {
  return offered.map(({ value, shape, ratio, width, height }) => ({
    name: sizes.name(sizes.shapes[shape], ratio, sizes.pixels(width, height)),
    value,
  }));
}
