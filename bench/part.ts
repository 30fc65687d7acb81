/** How a part runs. */
export interface BenchOptions {
  /** One short round of everything: shows that the part works, and nothing about the bot. */
  readonly isQuick: boolean;
  /** Writes the plots that the docs show. */
  readonly savesPlots: boolean;
}

/** A measurement that `npm run bench -- NAME` runs; without a name, all of them run. */
export interface Part {
  readonly name: string;
  /** One line: what is compared with what. */
  readonly about: string;
  run(options: BenchOptions): Promise<readonly Table[]>;
}

export interface Table {
  readonly title: string;
  /** What is measured beside the bot in the same run. */
  readonly beside?: string;
  readonly rows: readonly Row[];
  /** What a reader has to know to trust the figures. */
  readonly notes?: readonly string[];
}

export interface Row {
  /** With its unit: `p99, ms`. */
  readonly figure: string;
  /** One value a round; none when this system doesn't report it. */
  readonly bot: readonly number[];
  readonly beside?: readonly number[];
  /** Digits after the point, default 1. */
  readonly digits?: number;
  readonly aim?: Aim;
}

/** Up to its limit, an aim is met. */
export interface Aim {
  /** `ratio`: the bot's median divided by the one beside it. */
  readonly of: 'ratio' | 'bot';
  readonly atMost?: number;
  readonly atLeast?: number;
}
