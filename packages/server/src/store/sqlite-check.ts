/** Checks a whole SQLite file, also a large one, in a process of its own: SQLite does not return before it has read all pages. */
import { execFile } from 'node:child_process'
import { problemOf } from './database-problem.ts'

/** `unknown`: there was no answer in time. */
export type FileState = 'whole' | 'damaged' | 'unknown'

/** Prints what SQLite found, or the code of its error: `undefined` for an error that is not of SQLite. */
const script = `
const { DatabaseSync } = require('node:sqlite')
try {
  const database = new DatabaseSync(process.argv[1], { readOnly: true, timeout: 3000 })
  console.log(Object.values(database.prepare('pragma quick_check(1)').get())[0])
} catch (error) {
  console.log('errcode ' + error.errcode)
}`

export async function checkSqliteFile(path: string, limitMs: number): Promise<FileState> {
  // Without the environment: it has secrets, and options of Node.
  const options = { timeout: limitMs, killSignal: 'SIGKILL', env: {} } as const
  const printed = await new Promise<string | undefined>((resolve) => {
    execFile(process.execPath, ['-e', script, path], options, (error, stdout) =>
      resolve(error ? undefined : stdout.trim()),
    )
  })
  if (printed === undefined) return 'unknown'
  if (printed === 'ok') return 'whole'
  const [, code] = /^errcode (.*)$/.exec(printed) ?? []
  const isDamage =
    code === undefined || problemOf(Object.assign(new Error(printed), { errcode: Number(code) })) === 'damaged'
  return isDamage ? 'damaged' : 'unknown'
}
