/**
 * A free port of loopback, for programs that must know their port before they start. In a test run no other test gets it, also while nothing listens
 * there: before the program starts, and while it starts again.
 */
import { randomInt } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'

/** Below those that Linux, macOS and Windows choose for port 0 and for connections, so that no program gets one by chance. */
const first = 20_000
const end = 32_000

export async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < end - first; attempt++) {
    const port = randomInt(first, end)
    if (reserve(port) && (await isFree(port))) return port
  }
  throw new Error(`no port from ${first} to ${end - 1} is free`)
}

/** Whether it worked: of several processes at the same time, one gets the port. The bench is no test run, and starts one program at a time. */
function reserve(port: number): boolean {
  const { TEST_SHARED_FOLDER: shared } = process.env
  if (shared === undefined) return true
  const reserved = join(shared, 'ports')
  mkdirSync(reserved, { recursive: true })
  return mkdirSync(join(reserved, String(port)), { recursive: true }) !== undefined
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })
}
