/** The runtimes that the packages run on: those that scripts/setup.mjs installs, and the Node of this process. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export interface Runtime {
  readonly major: number
  /** The path of its `node`. */
  readonly path: string
}

const installed = fileURLToPath(new URL('../../node_modules/.cache/countersign/runtimes/node_modules', import.meta.url))
const suffix = process.platform === 'win32' ? '.exe' : ''

export const runtimes: readonly Runtime[] = [
  ...[20, 22, 24].map((major) => ({ major, path: join(installed, `node${major}`, `bin/node${suffix}`) })),
  { major: 26, path: process.execPath },
]

/** Runtimes other than Node, by their names. */
export const otherRuntimes: Readonly<Record<'bun' | 'deno', string>> = {
  bun: join(installed, 'bun', `bin/bun${suffix}`),
  deno: join(installed, 'deno', `deno${suffix}`),
}

for (const path of [...runtimes.map((runtime) => runtime.path), ...Object.values(otherRuntimes)]) {
  if (!existsSync(path)) throw new Error('the other runtimes are installed by the test command: run npm test')
}
