import type { Style } from './style.ts';

type BuiltInStyle = Omit<Style, 'name'>;

/** The styles that everyone has, in the order of Discord's picker. `texts.styles.builtIn` has their names. */
export const BUILT_IN_STYLES = {
  photographic: {
    prompt: 'professional photograph, 35mm, natural light, sharp focus, high detail',
    negativePrompt: 'drawing, painting, illustration, 3d render, cartoon, blurry',
    parameters: { guidanceScale: 6 },
  },
  cinematic: {
    prompt: 'cinematic film still, dramatic lighting, shallow depth of field, film grain, wide composition',
    negativePrompt: 'drawing, illustration, cartoon, flat lighting, overexposed',
    parameters: { guidanceScale: 6 },
  },
  anime: {
    prompt: 'anime artwork, cel shading, clean lines, vibrant colors, detailed background',
    negativePrompt: 'photograph, photorealistic, 3d render, muted colors',
    parameters: {},
  },
  comicBook: {
    prompt: 'comic book panel, bold ink outlines, halftone dots, flat colors, dynamic composition',
    negativePrompt: 'photograph, photorealistic, 3d render, soft edges',
    parameters: {},
  },
  digitalArt: {
    prompt: 'digital concept art, detailed illustration, painterly lighting, rich colors',
    negativePrompt: 'photograph, photorealistic, low detail, blurry',
    parameters: {},
  },
  fantasyArt: {
    prompt: 'epic fantasy art, ethereal light, intricate detail, sweeping scenery, majestic',
    negativePrompt: 'photograph, modern, plain, flat lighting',
    parameters: {},
  },
  oilPainting: {
    prompt: 'oil painting on canvas, visible brush strokes, thick impasto, warm tones',
    negativePrompt: 'photograph, 3d render, smooth, digital art, flat colors',
    parameters: { guidanceScale: 8 },
  },
  watercolor: {
    prompt: 'watercolor painting, soft washes, bleeding pigments, textured paper, delicate',
    negativePrompt: 'photograph, 3d render, hard edges, heavy outlines, neon colors',
    parameters: { guidanceScale: 8 },
  },
  lineArt: {
    prompt: 'line art drawing, crisp black ink lines, white background, minimal, no shading',
    negativePrompt: 'color, photograph, 3d render, gradient, texture, shading',
    parameters: { guidanceScale: 9 },
  },
  pixelArt: {
    prompt: 'pixel art, 16-bit game sprite, limited palette, blocky, no anti-aliasing',
    negativePrompt: 'photograph, photorealistic, smooth, blurry, gradient',
    parameters: { guidanceScale: 9 },
  },
  render3d: {
    prompt: '3d render, physically based materials, global illumination, soft shadows, studio lighting',
    negativePrompt: 'drawing, painting, sketch, flat, grainy',
    parameters: {},
  },
  paperCraft: {
    prompt: 'layered paper craft, cut paper, folded shapes, soft shadows, pastel colors, handmade',
    negativePrompt: 'photograph of a person, photorealistic, glossy, 2d drawing',
    parameters: {},
  },
} as const satisfies Record<string, BuiltInStyle>;

export type BuiltInStyleName = keyof typeof BUILT_IN_STYLES;
