/** For tests that something does not happen, and between two looks at the database. */
export const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
