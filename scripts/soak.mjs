/** `npm run soak`: the tests that take minutes at their full size. `npm test` runs a short round of each. */
import { runNode } from './run.mjs'

process.env.SOAK = 'true'
const files = [
  'test/capacity/measured.test.ts',
  'test/processes/failover.test.ts',
  'test/processes/kill.test.ts',
  'test/processes/killed-backend.test.ts',
  'test/processes/killed-rotations.test.ts',
  'test/processes/endurance.test.ts',
  'packages/server/test/model/histories.test.ts',
  'packages/server/test/model/exhaustive.test.ts',
  'packages/server/test/store/damaged-files.test.ts',
  'test/processes/http-fuzz.test.ts',
  'test/processes/import-large.test.ts',
  'test/processes/move.test.ts',
  'test/processes/revocations.test.ts',
  'test/processes/rolling-restart.test.ts',
  'test/processes/rolling-upgrade.test.ts',
  'test/processes/worker-starts.test.ts',
  'test/packages/create-countersign.test.ts',
]
process.exitCode = runNode(['scripts/test.mjs', ...files]) ? 0 : 1
