/**
 * `npm run rolling-upgrade -- --from COMMIT`: the version of a commit, such as the last release, and the sources as they are now serve together
 * under load, over all migrations between them, and back. Ends with 1 when a request failed. `--to COMMIT` takes another one as the next version, `--logins N` makes
 * so many logins in each phase. Both versions use the dependencies that are installed here.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { databaseKinds, freshDatabase } from '../packages/server/test/support/databases.ts'
import { globalSetup, globalTeardown } from '../test/support/global-setup.ts'
import { upgradeAndBack } from '../test/support/rolling-upgrade.ts'
import { copyCommit, copySources } from './source-copy.ts'

const { from, to, logins } = parseArgs({
  options: { from: { type: 'string' }, to: { type: 'string' }, logins: { type: 'string', default: '50' } },
}).values
if (from === undefined) {
  print('Name the commit or the tag of the former version: npm run rolling-upgrade -- --from COMMIT')
  process.exit(2)
}

const folder = mkdtempSync(join(tmpdir(), 'countersign-upgrade-'))
const former = mkdtempSync(join(folder, 'former-'))
const next = mkdtempSync(join(folder, 'next-'))
await globalSetup()
try {
  copyCommit(from, former)
  if (to === undefined) copySources(next)
  else copyCommit(to, next)
  for (const kind of databaseKinds) await tryOn(kind)
} finally {
  await globalTeardown()
  rmSync(folder, { recursive: true, force: true })
}

async function tryOn(kind: (typeof databaseKinds)[number]): Promise<void> {
  const closers: (() => unknown)[] = []
  const database = await freshDatabase(kind)
  try {
    const report = await upgradeAndBack(
      { after: (close) => closers.push(close) },
      {
        former,
        next,
        databaseUrl: database.url,
        logins: Number(logins),
        onPhase: (title) => print(`${kind}: ${title}`),
      },
    )
    print(`${kind}: ${report.migrated.trim()}; then the former version: ${report.migratedByFormer.trim()}`)
    const { requests, failures, slowest } = report
    print(
      `${kind}: ${report.logins} logins, ${requests} requests, ${failures.length} failed, the slowest took ${Math.round(slowest)} ms`,
    )
    for (const failure of failures.slice(0, 20)) print(`  ${failure}`)
    if (failures.length > 0) process.exitCode = 1
  } finally {
    for (const close of closers) await close()
    await database.remove()
  }
}

function print(line: string): void {
  process.stdout.write(`${line}\n`)
}
