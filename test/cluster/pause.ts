/** For what must not happen: only time can show it. */
export const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
