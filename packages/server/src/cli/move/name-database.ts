/** Which of the two databases of a move an error is of: the drivers do not say it. */
import { problemOf, problemSentences } from '../../store/database-problem.ts'
import { StoreError } from '../../store/errors.ts'
import { namedUrl } from '../../store/move/named-url.ts'
import type { Urls } from '../../store/move/sides.ts'
import { CommandError } from '../command-error.ts'

/** The error with the name of its database, where that can be told: the error is of one kind of database, and so is only one of the two. */
export function nameDatabase(error: unknown, { from, to }: Urls): unknown {
  if (!(error instanceof Error)) return error
  const ofDriver = error instanceof StoreError ? error.cause : error
  const problem = problemOf(ofDriver)
  if (problem === undefined) return error
  const isOfSqlite = ofDriver instanceof Error && 'errcode' in ofDriver
  const [url, ...others] = [from, to].filter((one) => one.startsWith('sqlite:') === isOfSqlite)
  if (url === undefined || others.length > 0) return error
  const message = error instanceof StoreError ? error.message : `${error.message}. ${problemSentences[problem]}`
  return new CommandError(`${namedUrl(url)}: ${message}`)
}
