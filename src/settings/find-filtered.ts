import { type Style, withStyle } from '../styles/style.ts';
import type { Filter } from './filter.ts';

/** A text with a word of the filter, and what of the request it is. */
interface FilteredText {
  readonly field: 'prompt' | 'negativePrompt' | 'style';
  readonly text: string;
}

/**
 * The first text with a word of the filter: the member's own, then these with the style's and the style's name, which is shown with
 * the image. What the server adds is the moderators' own.
 */
export function findFiltered(
  filter: Pick<Filter, 'find'>,
  request: {
    readonly prompt: string;
    readonly negativePrompt?: string | undefined;
    readonly style?: Style | undefined;
  },
): FilteredText | undefined {
  const { prompt, negativePrompt, style } = request;
  // Not read again without a style: reading takes up to 5 ms.
  const styled = style && withStyle(request, style);
  const texts = [
    ['prompt', prompt],
    ['negativePrompt', negativePrompt],
    ['style', style?.name],
    ['style', styled?.prompt],
    ['style', styled?.negativePrompt],
  ] as const;
  for (const [field, text] of texts) if (text !== undefined && filter.find(text) !== undefined) return { field, text };
  return undefined;
}
