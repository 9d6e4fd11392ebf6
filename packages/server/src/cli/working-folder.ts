/** Whether the folder that this process runs in is still there. Imports nothing: other modules need the folder as soon as they are loaded. */

/** One sentence for the operator when it is not. */
export function folderProblem(): string | undefined {
  try {
    process.cwd()
    return undefined
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error)
    return `The folder that Countersign is started in has been removed, or cannot be read (${code}). Change to another folder, and start it again.`
  }
}
