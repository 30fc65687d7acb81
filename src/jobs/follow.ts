import type pLimit from 'p-limit';
import type { Log } from '../log.ts';
import type { ImageSource, Inference, InferenceResult, SegmindClient } from '../segmind/client.ts';
import { ImageDownloadFailed } from '../segmind/errors.ts';
import { poll } from '../segmind/poller.ts';
import { now } from '../time.ts';
import type { Delivery, Picture } from './delivery.ts';
import { end } from './end.ts';
import type { RenderEstimate } from './estimate.ts';
import { judge } from './failure.ts';
import type { Job, JobState, RenderedFacts, StateOf } from './job.ts';
import type { JobStore } from './store.ts';
import { renderedFacts } from './submit.ts';

interface FollowParts {
  readonly segmind: Pick<SegmindClient, 'downloadImage' | 'isAllowedImageUrl'>;
  readonly store: JobStore;
  readonly delivery: Delivery;
  readonly estimate: RenderEstimate;
  readonly log: Log;
  /** From the submit; then the member is told that it takes long, and polling slows down. */
  readonly deadlineMs: number;
  /** How many jobs may hold their pictures in memory at once. */
  readonly hands: ReturnType<typeof pLimit>;
}

/**
 * Waits for a submitted job's result, while the member sees where it is.
 * @param onNoLongerInFlight called when the job stops counting as under way: it is overdue, or the wait has ended
 * @returns what is left to do: the rendered job, or undefined when it has ended
 * @throws `signal.reason`
 */
export async function awaitResult(
  parts: FollowParts,
  submitted: { job: Job; state: StateOf<'submitted'> },
  inference: Inference,
  signal: AbortSignal,
  onNoLongerInFlight: () => void,
): Promise<{ job: Job; state: StateOf<'rendered'>; result: InferenceResult } | undefined> {
  const { store, delivery, estimate } = parts;
  let { job, state } = submitted;
  const estimateSeconds = estimate.secondsFor(job.parameters);
  const show = () =>
    delivery.showProgress(job, {
      phase: state.phase === 'PROCESSING' ? 'rendering' : 'accepted',
      sinceMs: state.submittedAtMs,
      estimateSeconds,
      isOverdue: state.isOverdue,
    });
  const detail = (change: Partial<StateOf<'submitted'>>) => {
    state = { ...state, ...change };
    void store.transition(job.id, 'submitted', state).then(
      (moved) => {
        job = moved ?? job;
      },
      (error: unknown) => parts.log.error({ err: error, job: job.id }, 'a detail of a job was not stored'),
    );
    show();
  };

  show();
  try {
    const result = await poll(inference, {
      submittedAtMs: state.submittedAtMs,
      deadlineMs: parts.deadlineMs,
      signal,
      onState: (phase) => {
        if (phase !== 'COMPLETED' && phase !== state.phase) detail({ phase });
      },
      onOverdue: () => {
        onNoLongerInFlight();
        detail({ isOverdue: true });
      },
    });
    const rendered: JobState = { name: 'rendered', ...renderedFacts(result, state.submittedAtMs) };
    const moved = await store.transition(job.id, 'submitted', rendered);
    return moved ? { job: moved, state: rendered, result } : undefined;
  } catch (error) {
    if (signal.aborted) throw error;
    const verdict = judge(error);
    parts.log.warn({ err: error, job: job.id }, 'a submitted job failed');
    await end(parts, job, {
      name: 'failed',
      failure: verdict.name === 'failed' ? verdict.failure : { kind: 'internal' },
    });
    return undefined;
  } finally {
    onNoLongerInFlight();
  }
}

/** Downloads a rendered job's pictures and brings them to the member. */
export async function bringPictures(
  parts: FollowParts,
  rendered: { job: Job; state: StateOf<'rendered'> },
  images: readonly ImageSource[],
): Promise<void> {
  const { store, delivery, log } = parts;
  const { name: _, ...facts } = rendered.state;
  if (facts.renderSeconds !== undefined) parts.estimate.record(rendered.job.parameters, facts.renderSeconds);
  delivery.showProgress(rendered.job, { phase: 'downloading', sinceMs: facts.renderedAtMs });
  await parts.hands(async () => {
    const { pictures, missingLinks } = await collect(parts, rendered.job, images);
    if (pictures.length === 0) {
      await end(parts, rendered.job, { name: 'failed', failure: { kind: 'images_unavailable', links: missingLinks } });
      return;
    }
    const job = await store.transition(rendered.job.id, 'rendered', { name: 'delivering', ...facts });
    if (!job) return;
    const messageIds = await delivery.deliver(job, { name: 'delivered', facts, pictures, missingLinks });
    const wasDelivered = messageIds.length > 0;
    if (wasDelivered) await store.setMessages(job.id, messageIds);
    await store.transition(
      job.id,
      'delivering',
      wasDelivered
        ? { name: 'delivered', endedAtMs: now(), ...facts }
        : { name: 'failed', endedAtMs: now(), failure: { kind: 'undeliverable' } },
    );
    log.info(jobFacts(job, facts), wasDelivered ? 'delivered' : 'rendered, but no way to the member was open');
  });
}

async function collect(parts: FollowParts, job: Job, images: readonly ImageSource[]) {
  const pictures: Picture[] = [];
  const missingLinks: string[] = [];
  for (const image of images) {
    if (image.kind === 'inline') {
      pictures.push({ bytes: image.bytes, extension: image.extension });
      continue;
    }
    try {
      const { bytes, extension } = await parts.segmind.downloadImage(image.url);
      pictures.push({ bytes, extension, url: image.url });
    } catch (error) {
      if (!(error instanceof ImageDownloadFailed)) throw error;
      parts.log.error({ err: error, job: job.id }, 'an image was not downloaded');
      if (parts.segmind.isAllowedImageUrl(image.url)) missingLinks.push(image.url);
    }
  }
  return { pictures, missingLinks };
}

function jobFacts(job: Job, facts: RenderedFacts) {
  const { samples, steps, width, height } = job.parameters;
  return {
    job: job.id,
    requestId: facts.requestId,
    guild: job.guildId,
    samples,
    steps,
    width,
    height,
    costUsd: facts.costUsd,
    renderSeconds: facts.renderSeconds,
  };
}
