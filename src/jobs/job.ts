import * as z from 'zod';
import type { GenerationParameters } from '../segmind/parameters.ts';
import { joinTexts, type Style, withStyle } from '../styles/style.ts';
import type { DeliveryRoute } from './delivery-route.ts';
import { failureSchema } from './failure.ts';

export const forcedSchema = z.object({
  /** Appended to the member's own. */
  negativePrompt: z.string().exactOptional(),
  /** Whether the images are hidden behind a click. */
  spoilers: z.boolean(),
});

/** What the server adds to every request. Kept apart from the member's parameters, so that a reroll doesn't add it twice. */
export type Forced = Readonly<z.output<typeof forcedSchema>>;

export const originSchema = z.object({
  /** `compose` is the form that a command opens, `example` a prompt that the help suggests; `fetch-image` starts only a delivery. */
  button: z.enum(['reroll', 'new-seed', 'edit', 'compose', 'example', 'fetch-image']),
  /** The job whose message has the button; absent for `compose`, `example` and `fetch-image`. */
  jobId: z.string().exactOptional(),
  /** The message with the edited image, if everyone there sees it who sees the new one. */
  messageId: z.string().exactOptional(),
  /** The server of that message; default: where the new job is. */
  guildId: z.string().exactOptional(),
  /** Where that message is; default: in the same channel. */
  channelId: z.string().exactOptional(),
  /** Whether Segmind already made an image for that job, and gets exactly the same parameters again. */
  repeatsImage: z.boolean(),
});

/** The button or form that started a job. */
export type Origin = Readonly<z.output<typeof originSchema>>;

export const loweredSchema = z.object({
  name: z.enum(['size', 'steps', 'samples']),
  /** As it is shown, such as `50` or `1344x768`. */
  wanted: z.string(),
});

/** A value of a style or of the member's defaults that the server's limits have lowered. */
export type Lowered = Readonly<z.output<typeof loweredSchema>>;

/** What a member requested, and what any process needs to reach that member again. */
export interface JobRequest {
  /** 13 characters, also the reference in messages and in the log. */
  readonly id: string;
  readonly interactionId: string;
  readonly applicationId: string;
  /** Empty once the job is closed. */
  readonly interactionToken: string;
  /** When the interaction arrived, in epoch milliseconds: its token is valid for 15 minutes. */
  readonly receivedAtMs: number;
  readonly requesterId: string;
  /** Absent in direct messages. */
  readonly guildId?: string;
  readonly channelId: string;
  readonly locale: string;
  readonly isPrivate: boolean;
  /** The largest file that the answer may have, in bytes, as the interaction says. */
  readonly attachmentSizeLimit: number;
  /** The member's own texts, and the values in use. */
  readonly parameters: GenerationParameters;
  /** As it was when the member requested it. */
  readonly style?: Style;
  /** Absent when nothing was lowered. */
  readonly lowered?: readonly Lowered[];
  readonly forced: Forced;
  /** Absent when a command started it. */
  readonly origin?: Origin;
}

const epochMs = z.int();

/** What is stored of a result. The images are at the provider, or in our files if it keeps none. */
const renderedFacts = {
  /** Absent for a blocking (v1) call that reported none. */
  requestId: z.string().exactOptional(),
  submittedAtMs: epochMs,
  renderedAtMs: epochMs,
  imageCount: z.int(),
  imageUrls: z.array(z.string()).readonly(),
  /** Names in the folder of images. */
  imageFiles: z.array(z.string()).readonly(),
  costUsd: z.number().exactOptional(),
  /** Seconds of rendering, as the provider measured them. */
  renderSeconds: z.number().exactOptional(),
  /** Seconds from the submit to the end of the rendering, as the provider measured them. */
  providerSeconds: z.number().exactOptional(),
  /** Whether a job of a server is delivered outside of it, in direct messages, where it was fetched. */
  isOutside: z.boolean().exactOptional(),
};

const uploadsSchema = z.object({
  /** Total size of the files of a message, after Discord refused more. */
  messageBytes: z.int(),
  /** The numbers, from 1, of the images that were delivered in further messages. */
  inFurtherMessages: z.array(z.int()).readonly(),
});

/** What was uploaded of a job's images, for a process that continues with it. */
export type Uploads = Readonly<z.output<typeof uploadsSchema>>;

/** Where a job's images are on Discord. */
export interface ShownImages {
  /** The reply first. */
  readonly messageIds: readonly string[];
  /** As `Job.thumbnailUrl`. */
  readonly thumbnailUrl?: string | undefined;
  /** Whether the messages stand in direct messages although the job belongs to a server. */
  readonly areOutside?: boolean;
}

export const jobStateSchema = z.discriminatedUnion('name', [
  z.object({
    name: z.literal('queued'),
    queuedAtMs: epochMs,
    /** The provider sent it back (429): it goes before all others. */
    isFirst: z.boolean(),
    /** It has used its only retry after a 5xx. */
    hasRetried: z.boolean(),
  }),
  z.object({ name: z.literal('submitting'), submittingAtMs: epochMs }),
  z.object({
    name: z.literal('submitted'),
    requestId: z.string(),
    submittedAtMs: epochMs,
    phase: z.enum(['QUEUED', 'PROCESSING']),
    isOverdue: z.boolean(),
  }),
  z.object({ name: z.literal('rendered'), ...renderedFacts }),
  z.object({
    name: z.literal('delivering'),
    ...renderedFacts,
    uploads: uploadsSchema.exactOptional(),
    /** All routes to the member have failed once. */
    isRetry: z.boolean().exactOptional(),
  }),
  z.object({ name: z.literal('delivered'), ...renderedFacts }),
  z.object({
    name: z.literal('failed'),
    failure: failureSchema,
    /** Set when the images could not be delivered: they can still be fetched. */
    rendered: z.object(renderedFacts).exactOptional(),
    /** All routes to the member have failed twice. */
    isRetried: z.boolean().exactOptional(),
  }),
  z.object({ name: z.literal('cancelled'), cancelledBy: z.string() }),
  z.object({ name: z.literal('unknown') }),
]);

export type JobState = Readonly<z.output<typeof jobStateSchema>>;
export type StateName = JobState['name'];
export type StateOf<Name extends StateName> = Extract<JobState, { name: Name }>;
export type RenderedFacts = Omit<StateOf<'rendered'>, 'name'>;

export interface Job extends JobRequest {
  readonly state: JobState;
  /**
   * The messages that show this job in its channel, the reply first; empty until the first edit has returned its id, and for a job of a
   * server whose images came as direct messages.
   */
  readonly messageIds: readonly string[];
  /** US$, once known. */
  readonly costUsd?: number;
  /** Routes to the member that Discord has refused for good. */
  readonly refusedRoutes: readonly DeliveryRoute[];
  /** When it was requested, in epoch milliseconds. */
  readonly createdAtMs: number;
  /** When it was closed, in epoch milliseconds: nothing more happens to it. */
  readonly endedAtMs?: number;
  /** Where Discord has the first image, without the signature: in an embed, Discord adds a valid one. */
  readonly thumbnailUrl?: string;
  /** When its requester gave it a star, in epoch milliseconds. */
  readonly starredAtMs?: number;
  /** When its requester shared it, in epoch milliseconds: it was private before, and its messages are now those in the channel. */
  readonly sharedAtMs?: number;
}

export function factsOf(state: StateOf<'rendered' | 'delivering'>): RenderedFacts {
  if (state.name === 'rendered') {
    const { name, ...facts } = state;
    return facts;
  }
  const { name, uploads, isRetry, ...facts } = state;
  return facts;
}

/** A job in a known state. */
export type JobIn<Name extends StateName> = Job & { readonly state: StateOf<Name> };

/** Which states may follow each state. `submitted` may follow itself with other details; a failed job with undelivered images may be delivered again. */
export const NEXT_STATES = {
  queued: ['submitting', 'cancelled', 'failed'],
  submitting: ['queued', 'submitted', 'rendered', 'failed', 'unknown'],
  submitted: ['submitted', 'rendered', 'failed'],
  rendered: ['delivering', 'failed'],
  delivering: ['delivered', 'failed'],
  delivered: [],
  failed: ['delivering'],
  cancelled: [],
  unknown: [],
} as const satisfies Record<StateName, readonly StateName[]>;

/** What is sent to the provider. */
export function parametersToSend({
  parameters,
  style,
  forced,
}: Pick<JobRequest, 'parameters' | 'style' | 'forced'>): GenerationParameters {
  const styled = withStyle(parameters, style);
  if (forced.negativePrompt === undefined) return styled;
  return { ...styled, negativePrompt: joinTexts(styled.negativePrompt, forced.negativePrompt) };
}

export function mayFollow(from: StateName, to: StateName): boolean {
  return NEXT_STATES[from].some((name) => name === to);
}

const ENDED = ['delivered', 'failed', 'cancelled', 'unknown'] as const satisfies StateName[];

/** Whether the job has ended; the member may not know yet. */
export function hasEnded(state: JobState): state is StateOf<(typeof ENDED)[number]> {
  return ENDED.some((name) => name === state.name);
}
