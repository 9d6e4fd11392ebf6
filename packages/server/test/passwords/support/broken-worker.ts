/** A worker that cannot start, like one whose native module is missing. */

throw new Error('the module could not be loaded')
