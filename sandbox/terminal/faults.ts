import type { DiscordSandbox } from '../discord/index.ts';
import type { SegmindSandbox } from '../segmind/index.ts';

const RATE_LIMIT_MS = 20_000;
const COLD_START_MS = 45_000;
const CREDITS_USD = 10;
const INTERACTION_ANSWERS = /\/webhooks\//;

interface StandInControls {
  readonly discord: Pick<DiscordSandbox, 'faults'>;
  readonly segmind: Pick<SegmindSandbox, 'script' | 'clearFaults' | 'setCredits' | 'coolDown'>;
}

export interface NamedFault {
  /** What happens from now on, in a few words. */
  readonly description: string;
  inject(standIns: StandInControls): void;
}

/** What can go wrong, by the name after `fail`. Unless it says otherwise, it happens once, to the next request. */
export const FAULTS: Readonly<Record<string, NamedFault>> = {
  'no-credits': {
    description: 'the Segmind account has no credits, until fix',
    inject: ({ segmind }) => segmind.setCredits(0),
  },
  '429': {
    description: `Segmind refuses the next submit: too many requests, try again in ${RATE_LIMIT_MS / 1_000} s`,
    inject: ({ segmind }) => segmind.script({ on: 'submit', rateLimit: RATE_LIMIT_MS }),
  },
  '500': {
    description: 'Segmind answers the next submit, and its retry, with an internal error',
    inject: ({ segmind }) =>
      segmind.script({ on: 'submit', respond: { status: 500, body: { error: 'Internal server error' } }, times: 2 }),
  },
  'gateway-page': {
    description: 'a gateway answers the next submit with an HTML page (502): the bot cannot know the outcome',
    inject: ({ segmind }) => segmind.script({ on: 'submit', html: 502 }),
  },
  key: {
    description: 'Segmind rejects the key at the next submit',
    inject: ({ segmind }) => segmind.script({ on: 'submit', unauthorized: 'text' }),
  },
  render: {
    description: 'the next image fails while it renders',
    inject: ({ segmind }) => segmind.script({ on: 'submit', failInference: 'CUDA out of memory' }),
  },
  network: {
    description: 'the connection breaks after Segmind has taken the next submit',
    inject: ({ segmind }) => segmind.script({ on: 'submit', reset: 'after' }),
  },
  image: {
    description: 'the next download of an image is cut short',
    inject: ({ segmind }) => segmind.script({ on: 'image', image: 'truncated' }),
  },
  large: {
    description: 'the next image has 30 MB, more than Discord takes',
    inject: ({ segmind }) => segmind.script({ on: 'submit', largeImages: 30_000_000 }),
  },
  discord: {
    description: 'Discord answers the next three edits of replies with an error',
    inject: ({ discord }) =>
      discord.faults.add({ method: 'PATCH', path: INTERACTION_ANSWERS, times: 3, respond: { status: 503 } }),
  },
};

/** Lines of the terminal that are words of their own. */
export const SLOW: NamedFault = {
  description: `the next image takes ${COLD_START_MS / 1_000} s longer, as on a machine that starts cold`,
  inject: ({ segmind }) => segmind.coolDown(COLD_START_MS),
};
export const FIX: NamedFault = {
  description: 'nothing fails any more, and the account has credits again',
  inject({ discord, segmind }) {
    discord.faults.clear();
    segmind.clearFaults();
    segmind.setCredits(CREDITS_USD);
    segmind.coolDown(0);
  },
};
