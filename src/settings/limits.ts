import { PARAMETERS } from '../segmind/parameters.ts';
import { type CostFactors, megapixelsOf } from './estimate.ts';

/** Means no limit. */
export const NO_LIMIT = -1;

interface LimitFacts {
  /** Its name in `/timeless-config limits`. */
  readonly option: string;
  /** From 0, which allows nothing; `NO_LIMIT` is allowed as well. */
  readonly max: number;
  readonly isWhole: boolean;
  /** The limit if none is set. */
  readonly default: number;
  /** The value of the smallest request: a lower limit allows nothing. */
  readonly smallest: number;
}

/** The limits on a single request. */
interface RequestLimit extends LimitFacts {
  readonly kind: 'request';
  readonly measure: (request: CostFactors) => number;
  /** The parameter that it bounds, where it is one alone. */
  readonly parameter?: keyof CostFactors;
}

/** `usage`: how many a member may have. `cooldown`: seconds between two requests, where less is more generous. */
type Limit = RequestLimit | (LimitFacts & { readonly kind: 'usage' | 'cooldown' });

/** The limit on a parameter in one request. */
function limitParameter<const Name extends 'steps' | 'samples'>(name: Name, max: number) {
  const { option, min } = PARAMETERS[name];
  return {
    kind: 'request',
    option: `max_${option}`,
    max,
    isWhole: true,
    default: NO_LIMIT,
    smallest: min,
    measure: (request: CostFactors) => request[name],
    parameter: name,
  } as const;
}

/**
 * All that may be limited for everyone or for a role, in the order of Discord's picker. The schema of the settings, the commands,
 * the policy and the replies read it here; `texts.limits` has their names.
 */
export const LIMITS = {
  /** One sample is one image. */
  imagesPerDay: {
    kind: 'usage',
    option: 'images_per_day',
    max: 100_000,
    isWhole: true,
    default: 50,
    smallest: PARAMETERS.samples.min,
  },
  /** From the acceptance of a request. Here 0 and -1 mean the same. */
  cooldownSeconds: {
    kind: 'cooldown',
    option: 'cooldown',
    max: 86_400,
    isWhole: true,
    default: 0,
    smallest: 0,
  },
  jobsAtOnce: {
    kind: 'usage',
    option: 'jobs_at_once',
    max: 1_000,
    isWhole: true,
    default: 3,
    smallest: 1,
  },
  maxSteps: limitParameter('steps', 1_000),
  maxSamples: limitParameter('samples', 100),
  maxMegapixels: {
    kind: 'request',
    option: 'max_megapixels',
    max: 100,
    isWhole: false,
    default: NO_LIMIT,
    smallest: megapixelsOf({ width: PARAMETERS.width.min, height: PARAMETERS.height.min }),
    measure: megapixelsOf,
  },
} as const satisfies Record<string, Limit>;

export type LimitName = keyof typeof LIMITS;

type NameOfKind<Kind> = { [Name in LimitName]: (typeof LIMITS)[Name]['kind'] extends Kind ? Name : never }[LimitName];

/** A limit on what one request asks for. */
export type RequestLimitName = NameOfKind<'request'>;

export function isLimitName(name: string): name is LimitName {
  return Object.hasOwn(LIMITS, name);
}

function isRequestLimit(name: LimitName): name is RequestLimitName {
  return LIMITS[name].kind === 'request';
}

// Safe cast: the keys of the table.
export const LIMIT_NAMES = Object.keys(LIMITS) as readonly LimitName[];
export const REQUEST_LIMIT_NAMES: readonly RequestLimitName[] = LIMIT_NAMES.filter(isRequestLimit);

/** The facts of a limit on one request, as far as all of them have them. */
export const requestLimit = (name: RequestLimitName): RequestLimit => LIMITS[name];
