/** The server's own time, in whole epoch milliseconds, also within a transaction that began earlier. */
export const CLOCK = '(extract(epoch from clock_timestamp()) * 1000)::bigint';
