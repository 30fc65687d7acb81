import type { DiscordSandbox } from '../../sandbox/discord/index.ts';
import type { FaultEffect } from '../../sandbox/segmind/faults.ts';
import type { Fault, SegmindSandbox } from '../../sandbox/segmind/index.ts';
import type { Random } from './random.ts';

type DiscordFault = Parameters<DiscordSandbox['faults']['add']>[0];

/** Scripts the faults that the POSTs of this prompt meet. @returns how many of them are 429s */
export function planSubmit(segmind: SegmindSandbox, prompt: string, random: Random): number {
  const when = (body: Record<string, unknown>) => body['prompt'] === prompt;
  const on = 'submit' as const;
  const dice = random.between(1, 100);
  const meet = (...faults: Fault[]) => {
    for (const fault of faults) segmind.script(fault);
    return faults.filter((fault) => 'rateLimit' in fault).length;
  };
  if (dice <= 8) return meet({ on, when, respond: { status: random.pick([500, 503]), body: { error: 'trouble' } } });
  if (dice <= 12) return meet({ on, when, html: random.pick([403, 404, 502, 504]) });
  if (dice <= 17) return meet({ on, when, rateLimit: random.between(100, 1_200) });
  const trouble = { on, when, respond: { status: 502, body: { error: 'Bad gateway' } } };
  if (dice <= 20) return meet({ on, when, rateLimit: 300 }, trouble, { on, when, rateLimit: 300 });
  if (dice <= 24) return meet({ on, when, reset: 'before' });
  if (dice <= 28) return meet({ on, when, reset: 'after' });
  if (dice <= 31) return meet({ on, when, omitRequestId: true });
  if (dice <= 36) return meet({ on, when, failInference: 'Too stormy to paint' });
  if (dice <= 48) return meet({ on, when, delayMs: random.between(300, 2_500) });
  if (dice <= 56) return meet({ on, when, secondImageHost: true });
  return 0;
}

/** Makes some polls and downloads fail, each in its own way, until this is stopped. */
export function stirSegmind(segmind: SegmindSandbox, random: Random): { calm(): void } {
  let isStormy = true;
  const times = Number.POSITIVE_INFINITY;
  const polls = (probability: number, effect: FaultEffect) => {
    const when = () => isStormy && random.chance(probability);
    segmind.script({ on: 'status', times, when, ...effect });
    segmind.script({ on: 'result', times, when, ...effect });
  };
  const downloads = (probability: number, effect: FaultEffect) => {
    segmind.script({ on: 'image', times, when: () => isStormy && random.chance(probability), ...effect });
  };
  polls(0.04, { html: 502 });
  polls(0.03, { html: 200 });
  polls(0.03, { html: 404 });
  polls(0.04, { reset: 'before' });
  polls(0.04, { reset: 'after' });
  polls(0.03, { rateLimit: 300 });
  polls(0.03, { statusWord: 'PONDERING' });
  polls(0.03, { delayMs: 800 });
  for (const image of ['html', '404', '500', 'empty', 'truncated'] as const) downloads(0.04, { image });
  downloads(0.05, { delayMs: 700 });
  return {
    calm() {
      isStormy = false;
    },
  };
}

/** A fault that one request to Discord meets. */
export function discordFault(random: Random): DiscordFault {
  const place = random.between(1, 100);
  const target =
    place <= 75
      ? { method: 'PATCH', path: /@original/ }
      : place <= 85
        ? { method: 'POST', path: /\/channels\/\d+\/messages$/ }
        : place <= 95
          ? { method: 'GET', path: /\/messages/ }
          : { method: 'POST', path: /\/callback/ };
  const trouble = random.pick<Omit<DiscordFault, 'path' | 'method'>>([
    { respond: { status: 500, body: { message: '500: Internal Server Error', code: 0 } } },
    { respond: { status: 502, body: {} } },
    { respond: { status: 500, body: {} }, after: true },
    { reset: true },
    { reset: true, after: true },
    { delayMs: random.between(50, 700) },
    { delayMs: random.between(50, 700), after: true },
    {
      respond: {
        status: 429,
        headers: { 'Retry-After': '1', 'X-RateLimit-Scope': 'shared' },
        body: { message: 'You are being rate limited.', retry_after: 0.4, global: false },
      },
    },
  ]);
  return { ...target, ...trouble };
}
