import * as z from 'zod';
import { presetSchema } from './preset.ts';

/** Characters of a style, and how many each member and each server may have. */
export const STYLE_LIMITS = {
  nameLength: 50,
  promptLength: 500,
  negativePromptLength: 500,
  stylesPerOwner: 25,
} as const;

export const styleSchema = z
  .looseObject({
    name: z.string().min(1).max(STYLE_LIMITS.nameLength),
    /** Added to the member's prompt. */
    prompt: z.string().min(1).max(STYLE_LIMITS.promptLength).exactOptional(),
    /** Added to the member's negative prompt. */
    negativePrompt: z.string().min(1).max(STYLE_LIMITS.negativePromptLength).exactOptional(),
    parameters: presetSchema.prefault({}),
  })
  .readonly();

/** A look: texts that are added to the member's own, and values for options that the member leaves out. */
export type Style = z.output<typeof styleSchema>;

interface PromptTexts {
  readonly prompt: string;
  readonly negativePrompt?: string | undefined;
}

/** The texts one after the other, with commas between them. */
export function joinTexts(...texts: readonly (string | undefined)[]): string {
  return texts.filter(Boolean).join(', ');
}

/** The same with the style's texts added; an empty negative prompt stays absent. */
export function withStyle<T extends PromptTexts>(request: T, style: Style | undefined): T {
  if (!style) return request;
  const negativePrompt = joinTexts(request.negativePrompt, style.negativePrompt);
  return {
    ...request,
    prompt: joinTexts(request.prompt, style.prompt),
    ...(negativePrompt === '' ? {} : { negativePrompt }),
  };
}

/** What two names have in common that mean the same style. */
export function styleKey(name: string): string {
  return name.normalize('NFKC').trim().replace(/\s+/g, ' ').toLowerCase();
}

export function findByName<T extends Pick<Style, 'name'>>(styles: readonly T[], name: string): T | undefined {
  return styles.find((style) => styleKey(style.name) === styleKey(name));
}
