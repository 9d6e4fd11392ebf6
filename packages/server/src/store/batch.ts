/**
 * Expired rows are removed in batches, so that others can write in between. Where a row's expiry can move, the condition stands
 * twice, in what chooses the rows and in what removes them: then it is checked again.
 */

/** Rows that one statement removes at most. */
export const batchSize = 5000
