/** A process that takes each lock in its arguments, and prints how often it was not alone under it. */
import { closeSync, openSync, rmSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { withFileLock } from '../../src/node/file-lock.ts'

process.on('message', async (path: string) => {
  let intruders = 0
  await withFileLock(path, async () => {
    const inside = `${path}.inside`
    try {
      closeSync(openSync(inside, 'wx'))
    } catch {
      intruders++
    }
    await sleep(2)
    rmSync(inside, { force: true })
  })
  process.send?.(intruders)
})
process.send?.('ready')
