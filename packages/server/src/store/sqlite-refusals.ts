/** Why an SQLite file cannot be opened, for the operator: each cause has its own sentence, because each has another fix. */
import { type DatabaseProblem, problemOf } from './database-problem.ts'
import { StoreError } from './errors.ts'
import { isDiskFull, isReadOnly, isUnreadable } from './sqlite-files.ts'

interface Refusal {
  readonly code: StoreError['code']
  readonly sentence: (path: string) => string
}

const damaged: Refusal = {
  code: 'corrupt',
  sentence: (path) => `The database ${path} is damaged. It was left as it is: restore a backup in its place.`,
}

/** SQLITE_NOTADB: the header is right, and what follows is not. */
const unreadable: Refusal = {
  code: 'corrupt',
  sentence: (path) =>
    `The first page of ${path} is damaged or encrypted: SQLite cannot read it. It was left as it is: restore a backup in its place.`,
}

const readOnly: Refusal = {
  code: 'unwritable',
  sentence: (path) =>
    `The database ${path} can only be read. Check how its disk is mounted, and whether this user may write to the file and its folder.`,
}

const unopenable: Refusal = {
  code: 'unwritable',
  sentence: (path) =>
    `The database ${path} cannot be opened for writing. Check the path, the permissions of the folder, the limit of open files, and whether its disk takes another file (df -i).`,
}

/** Of the problems that SQLite reports. */
const refusals: Readonly<Partial<Record<DatabaseProblem, Refusal>>> = {
  damaged,
  read_only: readOnly,
  cannot_open: unopenable,
  locked: {
    code: 'unreachable',
    sentence: (path) => `The database ${path} is locked by another program. End it, or wait until it has finished.`,
  },
  full: {
    code: 'full',
    sentence: (path) =>
      `The disk of the database ${path} is full. Nothing is damaged: free some space, and start again.`,
  },
  io_error: {
    code: 'io_error',
    sentence: (path) =>
      `The disk of the database ${path} reports errors. The file was left as it is: check the disk, and the operating system's log.`,
  },
  overloaded: {
    code: 'unreachable',
    sentence: (path) => `There is not enough memory to open the database ${path}.`,
  },
}

/** The refusal for an error of SQLite or of the file system; what has no code that we know is damage. */
export function refusalOf(path: string, cause: unknown): StoreError {
  const { code, sentence } = refusalFor(path, cause)
  return new StoreError(code, sentence(path), { cause })
}

function refusalFor(path: string, cause: unknown): Refusal {
  const found = problemBehind(path, fileProblem(cause) ?? problemOf(cause))
  const problem = found === 'damaged' && isUnreadable(path) ? 'io_error' : found
  if (problem === 'damaged' && cause instanceof Error && 'errcode' in cause && cause.errcode === 26) return unreadable
  return (problem !== undefined && refusals[problem]) || damaged
}

/**
 * The problem that an error of SQLite stands for. SQLite reports an error of the disk when it cannot make its shared memory on a full one, and when a disk
 * becomes read-only under an open file. On a disk that is read-only from the beginning, it reports that it cannot open the log.
 */
export function problemBehind(path: string, problem: DatabaseProblem | undefined): DatabaseProblem | undefined {
  if (problem === 'io_error' && isDiskFull(path)) return 'full'
  return (problem === 'cannot_open' || problem === 'io_error') && isReadOnly(path) ? 'read_only' : problem
}

/** For errors of `node:fs`. */
function fileProblem(cause: unknown): DatabaseProblem | undefined {
  if (!(cause instanceof Error) || !('syscall' in cause) || !('code' in cause)) return undefined
  if (cause.code === 'ENOSPC' || cause.code === 'EDQUOT') return 'full'
  if (cause.code === 'EIO') return 'io_error'
  return cause.code === 'EROFS' ? 'read_only' : 'cannot_open'
}
