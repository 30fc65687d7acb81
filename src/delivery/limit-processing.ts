import pLimit from 'p-limit';

/** Decodes and encodes few images at once: each takes one of Node's four threads for up to seconds, and the database waits for the same ones. */
export const limitProcessing = pLimit(2);
