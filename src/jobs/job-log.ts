import type { Log } from '../log.ts';
import type { ShardOf } from '../shards.ts';
import type { JobListener } from './events.ts';
import type { Failure } from './failure.ts';
import { hasEnded, type Job, type StateName } from './job.ts';

/** Failures that the operator has to look at. */
const OPERATOR_FAILURES: ReadonlySet<string> = new Set<Failure['kind']>([
  'misconfigured',
  'unexpected_answer',
  'result_unreadable',
  'stopped',
  'internal',
  'not_submitted',
]);

/** Logs each change of a job: the message is the new state. Changes of details are logged at the level `debug`. */
export function createJobLog(log: Log, shardOf: ShardOf): JobListener {
  /** Of jobs under way: the final states don't have the request id. */
  const requestIds = new Map<string, string>();

  const factsOf = (job: Job) => {
    if ('requestId' in job.state && job.state.requestId !== undefined) requestIds.set(job.id, job.state.requestId);
    return { job: job.id, requestId: requestIds.get(job.id), guild: job.guildId, shard: shardOf(job.guildId) };
  };

  const logStep = (job: Job, from: StateName) => {
    const facts = factsOf(job);
    const { state } = job;
    if (state.name === from) log.debug({ ...facts, state }, 'changed');
    else log[levelOf(job)]({ ...facts, from, ...detailsOf(job) }, state.name);
    if (hasEnded(state)) requestIds.delete(job.id);
  };

  return (event) => {
    switch (event.name) {
      case 'accepted': {
        const { interactionId, requesterId, channelId, parameters } = event.job;
        const { prompt, negativePrompt } = parameters;
        const origin = { interaction: interactionId, user: requesterId, channel: channelId };
        log.info({ ...factsOf(event.job), ...origin, prompt, negativePrompt }, 'accepted');
        break;
      }
      case 'resumed':
        log.debug({ ...factsOf(event.job), state: event.job.state.name }, 'resumed');
        if (hasEnded(event.job.state)) requestIds.delete(event.job.id);
        break;
      case 'stepped':
        logStep(event.job, event.from);
        break;
      case 'posted':
      case 'credits_reported':
        break;
      default:
        event satisfies never;
    }
  };
}

function levelOf({ state }: Job): 'info' | 'error' {
  return state.name === 'failed' && OPERATOR_FAILURES.has(state.failure.kind) ? 'error' : 'info';
}

function detailsOf({ state, parameters }: Job): object {
  switch (state.name) {
    case 'failed':
      return { failure: state.failure };
    case 'cancelled':
      return { by: state.cancelledBy };
    case 'rendered':
    case 'delivered': {
      const { samples, steps, width, height } = parameters;
      return { samples, steps, width, height, costUsd: state.costUsd, renderSeconds: state.renderSeconds };
    }
    case 'queued':
    case 'submitting':
    case 'submitted':
    case 'delivering':
    case 'unknown':
      return {};
    default:
      return state satisfies never;
  }
}
