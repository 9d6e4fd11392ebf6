/** The versions of Node that the packages run on: those that scripts/setup.mjs installs, and that of this process. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export interface Runtime {
  readonly major: number
  /** The path of its `node`. */
  readonly path: string
}

const installed = fileURLToPath(new URL('../../node_modules/.cache/countersign/runtimes/node_modules', import.meta.url))
const binary = process.platform === 'win32' ? 'bin/node.exe' : 'bin/node'

export const runtimes: readonly Runtime[] = [
  ...[20, 22, 24].map((major) => ({ major, path: join(installed, `node${major}`, binary) })),
  { major: 26, path: process.execPath },
]

for (const { path } of runtimes) {
  if (!existsSync(path)) throw new Error('the versions of Node are installed by the test command: run npm test')
}
