import type { LostAnswer } from './errors/lost-answers.ts';
import type { StatusFailure } from './errors/status-errors.ts';
import type { UnreadableFailure } from './errors/unreadable-answers.ts';

export * from './errors/lost-answers.ts';
export { SegmindError } from './errors/segmind-error.ts';
export * from './errors/status-errors.ts';
export * from './errors/unreadable-answers.ts';

/** Every way in which a call to Segmind fails. RefusalUnclear isn't among them: the client always clarifies it. */
export type SegmindFailure = StatusFailure | LostAnswer | UnreadableFailure;
