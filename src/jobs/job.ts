import type { GenerationParameters } from '../segmind/parameters.ts';
import type { Failure } from './failure.ts';

/** What a member asked for, and all that is needed to reach the member again, also by another process. */
export interface JobRequest {
  /** 13 characters, also the reference that members and the log see. */
  readonly id: string;
  readonly interactionId: string;
  readonly applicationId: string;
  readonly interactionToken: string;
  /** When the interaction reached us, in epoch milliseconds: its token is good for 15 minutes from there. */
  readonly receivedAtMs: number;
  readonly requesterId: string;
  /** Absent in direct messages. */
  readonly guildId?: string;
  readonly channelId: string;
  readonly locale: string;
  readonly isPrivate: boolean;
  /** Bytes a file of the answer may have, as Discord said with the interaction. */
  readonly attachmentSizeLimit: number;
  readonly parameters: GenerationParameters;
}

/** A picture as the provider offers it. Inline ones have no address: they are fetched again by request id. */
export interface RenderedFacts {
  /** Absent for a blocking (v1) call that did not name one. */
  readonly requestId?: string;
  readonly submittedAtMs: number;
  readonly renderedAtMs: number;
  readonly imageUrls: readonly string[];
  readonly imageCount: number;
  readonly costUsd?: number;
  /** Seconds of rendering, as the provider measured them. */
  readonly renderSeconds?: number;
}

export type JobState =
  | { readonly name: 'queued'; readonly queuedAtMs: number }
  | { readonly name: 'submitting'; readonly submittingAtMs: number }
  | {
      readonly name: 'submitted';
      readonly requestId: string;
      readonly submittedAtMs: number;
      readonly phase: 'QUEUED' | 'PROCESSING';
      readonly isOverdue: boolean;
    }
  | ({ readonly name: 'rendered' } & RenderedFacts)
  | ({ readonly name: 'delivering' } & RenderedFacts)
  | ({ readonly name: 'delivered'; readonly endedAtMs: number } & RenderedFacts)
  | { readonly name: 'failed'; readonly endedAtMs: number; readonly failure: Failure }
  | { readonly name: 'cancelled'; readonly endedAtMs: number; readonly cancelledBy: string }
  | { readonly name: 'unknown'; readonly endedAtMs: number };

export type StateName = JobState['name'];
export type StateOf<Name extends StateName> = Extract<JobState, { name: Name }>;
export type EndState = StateOf<'delivered' | 'failed' | 'cancelled' | 'unknown'>;

export interface Job extends JobRequest {
  readonly state: JobState;
  /** The messages that show this job, the reply first; empty until the first edit told its id. */
  readonly messageIds: readonly string[];
}

/** Which state may follow which. A state that may follow itself changes only its details. */
export const NEXT_STATES = {
  queued: ['submitting', 'cancelled', 'failed'],
  submitting: ['queued', 'submitted', 'rendered', 'failed', 'unknown'],
  submitted: ['submitted', 'rendered', 'failed'],
  rendered: ['delivering', 'failed'],
  delivering: ['delivered', 'failed'],
  delivered: [],
  failed: [],
  cancelled: [],
  unknown: [],
} as const satisfies Record<StateName, readonly StateName[]>;

export function mayFollow(from: StateName, to: StateName): boolean {
  return NEXT_STATES[from].some((name) => name === to);
}

export function hasEnded(state: JobState): state is EndState {
  return NEXT_STATES[state.name].length === 0;
}
