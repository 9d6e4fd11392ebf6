/** A confirmation before something is deleted or replaced. */
import { printable } from '../../trace/format.ts'
import { CommandError, UsageError } from '../command-error.ts'
import { ask } from './ask.ts'

const maxNamed = 5

/**
 * Asks whether to delete, unless `isConfirmed`.
 * @throws UsageError when there is nobody to ask, CommandError when the answer is not yes
 */
export async function confirmDeletion(kind: string, names: readonly string[], isConfirmed: boolean): Promise<void> {
  if (isConfirmed) return
  if (!process.stdin.isTTY) throw new UsageError('Deleting needs a confirmation. In a script, give it with --yes.')
  const named = names.slice(0, maxNamed).map(printable).join(', ')
  const more = names.length > maxNamed ? ` and ${names.length - maxNamed} more` : ''
  const plural = names.length === 1 ? kind : `${kind}s`
  const answer = await ask(`Delete the ${plural} ${named}${more}? This cannot be undone. [y/N] `)
  if (!/^y(es)?$/i.test(answer.trim())) throw new CommandError('Nothing was deleted.')
}

/** Asks whether a backup replaces what is in the database, unless `isConfirmed`. @throws as `confirmDeletion` */
export async function confirmReplacement(madeAt: string, isConfirmed: boolean): Promise<void> {
  const question = `Replace all that is in the database by the backup of ${madeAt}? This cannot be undone.`
  if (!isConfirmed) await requireYes(question, 'Replacing')
}

/** The same, whether all users have to log in again. */
export async function confirmEndOfLogins(isConfirmed: boolean): Promise<void> {
  const question = 'End all sessions, grants and tokens, and replace the signing keys? All users log in again.'
  if (!isConfirmed) await requireYes(question, 'Ending all logins')
}

async function requireYes(question: string, what: string): Promise<void> {
  if (!process.stdin.isTTY) throw new UsageError(`${what} needs a confirmation. In a script, give it with --yes.`)
  const answer = await ask(`${question} [y/N] `)
  if (!/^y(es)?$/i.test(answer.trim())) throw new CommandError('Nothing was changed.')
}
