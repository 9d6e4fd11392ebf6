/** The command: reads the arguments, asks for the rest, writes the application, and says how to go on. */
import { Mistake, readArguments, UsageError } from './arguments.ts'
import { nextSteps } from './next-steps.ts'
import { askFor, type Choices, defaults } from './questions.ts'
import { writeApplication } from './write-application.ts'

const usage = `create-countersign - a new application with Countersign inside

  npm create countersign [folder] [-- --template hono|express|next] [--yes]

  --template  the framework
  --yes       asks nothing, and takes the defaults: ${defaults.folder}, ${defaults.template}

The folder must be new or empty. Nothing is installed.
`

/** Returns the exit code: 0 done, 1 failed, 2 wrong command line. */
export async function run(args: readonly string[]): Promise<number> {
  try {
    const { folder, template, yes, help } = readArguments(args)
    if (help) {
      process.stdout.write(usage)
      return 0
    }
    const choices = await choose({ ...(folder !== undefined && { folder }), ...(template && { template }) }, yes)
    requireName(choices.folder)
    await writeApplication(choices)
    process.stdout.write(nextSteps(choices))
    return 0
  } catch (error) {
    // The system's own errors, such as EACCES, name the path.
    if (!(error instanceof Mistake || (error instanceof Error && 'syscall' in error))) throw error
    // It may repeat an argument, which must not command the terminal.
    process.stderr.write(`${error.message.replaceAll(/(?!\n)[\p{Cc}\p{Cf}]/gu, '?')}\n`)
    return error instanceof UsageError ? 2 : 1
  }
}

async function choose(given: Partial<Choices>, yes: boolean): Promise<Choices> {
  if (yes) return { ...defaults, ...given }
  if (given.folder !== undefined && given.template !== undefined) return { ...defaults, ...given }
  if (process.stdin.isTTY) return await askFor(given)
  throw new UsageError('Nobody can answer questions here: name a folder and a --template, or pass --yes.')
}

/** The name is printed, and entered in a shell. @throws UsageError */
function requireName(folder: string): void {
  if (folder.trim() === '') throw new UsageError('The folder has no name.')
  if (/[\p{Cc}\p{Cf}]/u.test(folder)) {
    throw new UsageError('The name of the folder has characters that cannot be shown.')
  }
}
