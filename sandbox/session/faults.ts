import type { DiscordSandbox } from '../discord/index.ts';
import type { SegmindSandbox } from '../segmind/index.ts';

const RATE_LIMIT_MS = 20_000;
const COLD_START_MS = 45_000;
const LONGER_RENDER_MS = 20_000;
const CREDITS_USD = 10;
const INTERACTION_ANSWERS = /\/webhooks\//;

interface StandInControls {
  readonly discord: Pick<DiscordSandbox, 'faults' | 'interactions'>;
  readonly segmind: Pick<SegmindSandbox, 'script' | 'clearFaults' | 'setCredits' | 'coolDown' | 'hold' | 'release'>;
}

export interface NamedFault {
  /** The fault in a few words. */
  readonly description: string;
  inject(standIns: StandInControls): void;
}

/** Also `slow` in the terminal. */
export const COLD_START: NamedFault = {
  description: `the next image takes ${COLD_START_MS / 1_000} s longer, as if the model had to start first`,
  inject: ({ segmind }) => segmind.coolDown(COLD_START_MS),
};

/** The faults by the name after `fail`. Unless its description says otherwise, a fault happens once, to the next request. */
export const FAULTS: Readonly<Record<string, NamedFault>> = {
  'no-credits': {
    description: 'the Segmind account has no credits until fix',
    inject: ({ segmind }) => segmind.setCredits(0),
  },
  '429': {
    description: `Segmind rejects the next submit: too many requests, try again in ${RATE_LIMIT_MS / 1_000} s`,
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
    description: 'Segmind fails to render the next image',
    inject: ({ segmind }) => segmind.script({ on: 'submit', failInference: 'CUDA out of memory' }),
  },
  network: {
    description: 'the connection breaks after Segmind has accepted the next submit',
    inject: ({ segmind }) => segmind.script({ on: 'submit', reset: 'after' }),
  },
  'cold-start': COLD_START,
  'slow-render': {
    description: `the next image takes ${LONGER_RENDER_MS / 1_000} s longer to render`,
    inject: ({ segmind }) => segmind.script({ on: 'submit', renderLongerMs: LONGER_RENDER_MS }),
  },
  image: {
    description: 'the next image download is cut short',
    inject: ({ segmind }) => segmind.script({ on: 'image', image: 'truncated' }),
  },
  large: {
    description: 'the next image is 30 MB, more than Discord accepts',
    inject: ({ segmind }) => segmind.script({ on: 'submit', largeImages: 30_000_000 }),
  },
  stuck: {
    description: 'Segmind finishes no image until fix',
    inject: ({ segmind }) => segmind.hold(),
  },
  token: {
    description: 'the tokens of all requests so far expire, as after 15 minutes',
    inject: ({ discord }) => {
      for (const interaction of discord.interactions) interaction.expire();
    },
  },
  discord: {
    description: 'Discord answers the next three edits of replies with an error',
    inject: ({ discord }) =>
      discord.faults.add({ method: 'PATCH', path: INTERACTION_ANSWERS, times: 3, respond: { status: 503 } }),
  },
};

/** Undoes every fault. */
export const FIX: NamedFault = {
  description: 'all faults are cleared, and the account has credits again',
  inject({ discord, segmind }) {
    discord.faults.clear();
    segmind.clearFaults();
    segmind.setCredits(CREDITS_USD);
    segmind.coolDown(0);
    segmind.release();
  },
};
