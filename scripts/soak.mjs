/** `npm run soak`: the tests that take minutes at their full size. `npm test` runs a short round of each. */
import { globSync, readFileSync } from 'node:fs'
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
const others = globSync(['packages/*/test/**/*.test.ts', 'test/**/*.test.ts']).filter((file) => !files.includes(file))
const importing = (/** @type {RegExp} */ module) => others.filter((file) => module.test(readFileSync(file, 'utf8')))
/** Pages, whose scripts and data come late. */
const pages = importing(/\/support\/browser\.ts/)
const properties = importing(/\/support\/fast-check\.ts/)
/** Each has other inputs. */
const rounds = Array.from({ length: 10 }, () => properties)
const results = [files, pages, ...rounds].map((tests) => runNode(['scripts/test.mjs', ...tests]))
process.exitCode = results.every(Boolean) ? 0 : 1
