/** Look-ups by username: which ones are made, and which of the entries that a database finds is the user. */
import { maxUsernameLength, usernameKey } from '../../domain/username.ts'

/** As many entries are read for a name: more do not have one name in a directory that is in order. */
export const maxNamesakes = 10

/** Whether a user may have the name. PostgreSQL rejects text with the null character, and no text can have lone surrogates. */
export function canBeNamed(username: string): boolean {
  const isText = !username.includes('\0') && username.isWellFormed()
  return isText && username !== '' && username.length <= maxUsernameLength
}

/**
 * The only entry with the name, without letter case. A database may compare more loosely: MySQL finds `josé` for `jose`, and leaves out
 * characters that nobody sees. Where several have the name, no user is found.
 */
export function theOneNamed<Entry>(
  entries: readonly Entry[],
  username: string,
  nameOf: (entry: Entry) => unknown,
): Entry | undefined {
  const wanted = usernameKey(username)
  const named = entries.filter((entry) => {
    const name = nameOf(entry)
    return typeof name === 'string' && usernameKey(name) === wanted
  })
  return named.length === 1 && entries.length < maxNamesakes ? named[0] : undefined
}
