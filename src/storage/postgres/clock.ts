/** The server's current time in whole epoch milliseconds, not that of the transaction's start. */
export const CLOCK = '(extract(epoch from clock_timestamp()) * 1000)::bigint';
