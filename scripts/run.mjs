/** Runs the repository's tools, without a shell: the same on Linux, macOS and Windows. */
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))

/** Runs `node` with these arguments in the repository's root. Whether it ended with 0. */
export function runNode(args) {
  return spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' }).status === 0
}

/** Runs the command `name` of a development dependency. Whether it ended with 0. */
export function runTool(dependency, name, args) {
  const folder = join(root, 'node_modules', dependency)
  const { bin } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  return runNode([join(folder, bin[name]), ...args])
}

/** Prints the stage's title, runs its steps, and ends this process with 1 at the first that fails. */
export function runStage(title, ...steps) {
  process.stdout.write(`\n== ${title}\n`)
  if (steps.every((step) => step())) return
  process.stderr.write(`\nFailed: ${title}\n`)
  process.exit(1)
}
