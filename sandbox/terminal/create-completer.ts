import type { Candidate, Completion } from '../session/complete-command.ts';
import { table } from './help-text.ts';

type ReportCandidates = (error: Error | null, result: [candidates: string[], fragment: string]) => void;

/**
 * Creates readline's completer: Tab extends the line as far as all candidates agree, or else lists them with descriptions.
 * @param print writes lines above the one that is being typed
 */
export function createCompleter(completion: (line: string) => Promise<Completion>, print: (text: string) => void) {
  return (line: string, report: ReportCandidates): void => {
    completion(line).then(
      ({ candidates, fragment, current }) => {
        const texts = candidates.map(({ text }) => text);
        const addsNothing = texts.length !== 1 && sharedStart(texts).length <= fragment.length;
        if (addsNothing && texts.length > 0) print(listCandidates(candidates));
        if (texts.length === 0 && current?.description) print(table([[`${current.name}:`, current.description]]));
        report(null, [addsNothing ? [] : texts, fragment]);
      },
      () => report(null, [[], line]),
    );
  };
}

function listCandidates(candidates: readonly Candidate[]): string {
  if (candidates.every(({ description }) => description === undefined)) {
    return candidates.map(({ text }) => text.trim()).join(', ');
  }
  return table(candidates.map(({ text, description = '' }) => [text.trim(), description]));
}

function sharedStart(texts: readonly string[]): string {
  const [first = ''] = texts;
  let length = first.length;
  while (!texts.every((text) => text.startsWith(first.slice(0, length)))) length -= 1;
  return first.slice(0, length);
}
