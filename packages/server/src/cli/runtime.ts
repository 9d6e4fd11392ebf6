/** Whether this runtime can run a command. Imports nothing: an older Node must be able to load it. */

const minMajor = 24

const install = 'https://nodejs.org'

/** Commands that need what only Node has: signals that stop a port, processes that share it, options of V8. */
const serving = ['serve', 'dev']

/** One sentence for the operator when the runtime of these `versions` cannot run `command`. */
export function runtimeProblem(versions: NodeJS.ProcessVersions, command: string | undefined): string | undefined {
  const other = otherRuntime(versions)
  if (other === undefined) return nodeProblem(versions.node)
  return command !== undefined && serving.includes(command)
    ? `countersign ${command} needs Node ${minMajor} or newer; this is ${other}. Install Node from ${install}, and run the command with it. In a program of your own, the server runs in ${other} too: see createCountersign.`
    : undefined
}

function nodeProblem(version: string): string | undefined {
  const isTooOld = Number.parseInt(version, 10) < minMajor
  return isTooOld
    ? `Countersign needs Node ${minMajor} or newer; this is Node ${version}. Install it from ${install}`
    : undefined
}

/** Bun and Deno also have a version of Node, which they imitate. */
function otherRuntime({ bun, deno }: NodeJS.ProcessVersions): string | undefined {
  if (bun !== undefined) return `Bun ${bun}`
  return deno === undefined ? undefined : `Deno ${deno}`
}
