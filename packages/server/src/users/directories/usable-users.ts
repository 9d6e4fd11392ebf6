/** The entries that can be users, for the functions of a directory that leave out the others. */
import type { DirectoryUser } from './directory.ts'
import { type StoredFields, toDirectoryUser, UnusableEntry } from './directory-user.ts'

export function usableUsers(entries: readonly StoredFields[]): readonly DirectoryUser[] {
  return entries.flatMap((entry) => {
    try {
      return [toDirectoryUser(entry)]
    } catch (error) {
      if (error instanceof UnusableEntry) return []
      throw error
    }
  })
}
