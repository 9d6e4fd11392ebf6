/** From the start of the process to its first answer, after a crash that left a large write-ahead log of a large database (D3). */
import { spawnSync } from 'node:child_process'
import { statSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { atMost, type Case } from '../findings.ts'
import { type Deployment, deploy, serve, timeToFirstAnswer } from '../server-process.ts'

const users = 1_000_000
const refreshTokens = 10_000_000
const logBytes = 1_000_000_000

export const startAfterCrash: Case = async (tell) => {
  const small = await deploy()
  const large = await deploy()
  try {
    tell(`adding ${users} users and ${refreshTokens} refresh tokens`)
    fillAndCrash(large)
    const log = statSync(`${large.databaseFile}-wal`).size
    // The first start fills the compile cache.
    await timeToFirstAnswer(() => serve(small))
    const peer = await timeToFirstAnswer(() => serve(small))
    const elapsed = await timeToFirstAnswer(() => serve(large))
    return [
      {
        what: `start with ${users} users, ${refreshTokens} refresh tokens and a log of ${(log / 1e9).toFixed(1)} GB after a crash, beside an empty database`,
        figure: `${elapsed.toFixed(0)} beside ${peer.toFixed(0)} ms`,
        ratio: elapsed / peer,
        goal: atMost(elapsed, 3000, 'ms'),
      },
    ]
  } finally {
    small.remove()
    large.remove()
  }
}

function fillAndCrash({ databaseFile }: Deployment): void {
  const program = fileURLToPath(new URL('../crashed-database.ts', import.meta.url))
  const numbers = [users, refreshTokens, logBytes].map(String)
  const { signal } = spawnSync(process.execPath, [program, databaseFile, ...numbers], { stdio: 'inherit' })
  if (signal !== 'SIGKILL') throw new Error('the database could not be filled')
}
