/** For what must not happen, which only time can show, and between two looks at the database. */
export const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
