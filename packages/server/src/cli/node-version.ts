/** Whether this Node can run the server. Imports nothing: an older Node must be able to load it. */

const minMajor = 24

/** One sentence for the operator when `version` is too old. */
export function nodeProblem(version: string): string | undefined {
  const isTooOld = Number.parseInt(version, 10) < minMajor
  return isTooOld
    ? `Countersign needs Node ${minMajor} or newer; this is Node ${version}. Install it from https://nodejs.org`
    : undefined
}
