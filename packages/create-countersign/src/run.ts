/** The command: reads the arguments, asks for the rest, writes the application, and says how to go on. */
import { Mistake, readArguments, type Template, UsageError } from './arguments.ts'
import { askFor, type Choices, defaults } from './questions.ts'
import { writeApplication } from './write-application.ts'

const usage = `create-countersign - a new application with Countersign inside

  npm create countersign [folder] [-- --template hono|express|next] [--yes]

  --template  the framework
  --yes       asks nothing, and takes the defaults: ${defaults.folder}, ${defaults.template}

The folder must be new or empty. Nothing is installed.
`

/** The version of Node that the server runs on. */
const oldestNodeOfServer = 24

const startCommands: Readonly<Record<Template, string>> = {
  hono: 'npm start',
  express: 'npm start',
  next: 'npm run dev',
}

/** Returns the exit code: 0 done, 1 failed, 2 wrong command line. */
export async function run(args: readonly string[]): Promise<number> {
  try {
    const { folder, template, yes, help } = readArguments(args)
    if (help) {
      process.stdout.write(usage)
      return 0
    }
    const choices = await choose({ ...(folder !== undefined && { folder }), ...(template && { template }) }, yes)
    await writeApplication(choices)
    process.stdout.write(nextSteps(choices))
    return 0
  } catch (error) {
    // The system's own errors, such as EACCES, name the path.
    if (!(error instanceof Mistake || (error instanceof Error && 'syscall' in error))) throw error
    process.stderr.write(`${error.message}\n`)
    return error instanceof UsageError ? 2 : 1
  }
}

async function choose(given: Partial<Choices>, yes: boolean): Promise<Choices> {
  if (yes) return { ...defaults, ...given }
  if (given.folder !== undefined && given.template !== undefined) return { ...defaults, ...given }
  if (process.stdin.isTTY) return await askFor(given)
  throw new UsageError('Nobody can answer questions here: name a folder and a --template, or pass --yes.')
}

function nextSteps({ folder, template }: Choices): string {
  const major = Number.parseInt(process.versions.node, 10)
  const needed =
    major < oldestNodeOfServer ? `It needs Node ${oldestNodeOfServer} or newer; this is Node ${major}.\n\n` : ''
  return `Wrote ${folder}.

${needed}  cd ${/^[\w./-]+$/.test(folder) ? folder : `'${folder}'`}
  npm install
  npx countersign migrate        # makes the database
  npx countersign users add tim  # asks for a password
  ${startCommands[template].padEnd(29)}  # http://127.0.0.1:3000
  npm test
`
}
