import pLimit from 'p-limit';

/** At most two images are decoded or encoded at once: each occupies one of Node's four threads, and syncs of the database need one too. */
export const limitProcessing = pLimit(2);
