/**
 * fast-check for property tests. `npm test` has the same inputs in each run, and `npm run soak` others each time; `PROPERTY_SEED=1` gives the
 * inputs of that seed. A failure prints its seed.
 */
import fc from 'fast-check'

const given = process.env['PROPERTY_SEED']
const isSoak = process.env['SOAK'] === 'true'
if (given !== undefined || !isSoak) fc.configureGlobal({ seed: Number(given ?? 13) })

export { fc }
