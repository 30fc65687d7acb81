import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { JobListener } from '../jobs/events.ts';
import { failureSchema } from '../jobs/failure.ts';
import { hasEnded, type Job, type StateName } from '../jobs/job.ts';
import { now } from '../time.ts';

/** Seconds, from a tenth of one to an hour. */
const BUCKETS = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 30, 60, 120, 300, 600, 1_800, 3_600];

/** Counts events of jobs. */
export function countJobs(registry: Registry): JobListener {
  const registers = [registry];
  const seconds = (name: string, help: string) => new Histogram({ name, help, buckets: BUCKETS, registers });
  const accepted = new Counter({
    name: 'timeless_jobs_accepted_total',
    help: 'Jobs that joined the queue.',
    registers,
  });
  const ended = new Counter({
    name: 'timeless_jobs_ended_total',
    help: 'Jobs that have ended, by outcome, and by kind of failure where they failed.',
    labelNames: ['outcome', 'failure'],
    registers,
  });
  // Begins at 0: rate() would miss the first increase of a series that begins at 1.
  for (const outcome of ['delivered', 'cancelled', 'unknown'] satisfies StateName[])
    ended.inc({ outcome, failure: '' }, 0);
  for (const { shape } of failureSchema.options) ended.inc({ outcome: 'failed', failure: shape.kind.value }, 0);
  const submits = new Counter({
    name: 'timeless_submits_total',
    help: 'POSTs that request images, by outcome; each counts towards the rate limit.',
    labelNames: ['outcome'],
    registers,
  });
  const credits = new Gauge({
    name: 'timeless_credits_usd',
    help: 'The balance at Segmind in US$, as last reported; absent until then.',
    registers,
    // Without a label the gauge would show 0 from the start.
    labelNames: ['account'],
  });
  const wait = seconds('timeless_job_wait_seconds', "From the member's request to the submit that Segmind accepted.");
  const render = seconds('timeless_job_render_seconds', 'Rendering, as Segmind measured it.');
  const delivery = seconds(
    'timeless_job_delivery_seconds',
    "From the result's arrival at the bot to the member's message.",
  );
  const finishLag = seconds(
    'timeless_job_finish_lag_seconds',
    "From the end of the rendering at Segmind to the member's message.",
  );
  const observe = (histogram: Histogram, ms: number) => histogram.observe(Math.max(0, ms) / 1_000);

  const step = (job: Job, from: StateName) => {
    const { state } = job;
    if (from === 'submitting' && 'submittedAtMs' in state) observe(wait, state.submittedAtMs - job.receivedAtMs);
    if (state.name === 'rendered' && state.renderSeconds !== undefined)
      render.observe(Math.max(0, state.renderSeconds));
    if (state.name === 'delivered') {
      const { submittedAtMs, renderedAtMs, providerSeconds } = state;
      // Not later than when we received it.
      const finishedAtMs = Math.min(
        submittedAtMs + (providerSeconds ?? Number.POSITIVE_INFINITY) * 1_000,
        renderedAtMs,
      );
      observe(delivery, now() - renderedAtMs);
      observe(finishLag, now() - finishedAtMs);
    }
    if (hasEnded(state)) {
      ended.inc({ outcome: state.name, failure: state.name === 'failed' ? state.failure.kind : '' });
    }
  };

  return (event) => {
    switch (event.name) {
      case 'accepted':
        accepted.inc();
        break;
      case 'stepped':
        step(event.job, event.from);
        break;
      case 'posted':
        submits.inc({ outcome: event.outcome });
        break;
      case 'credits_reported':
        credits.set({ account: 'segmind' }, event.creditsUsd);
        break;
      case 'resumed':
        break;
      default:
        event satisfies never;
    }
  };
}
