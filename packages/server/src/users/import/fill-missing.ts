/** What a later import adds to a user who is present: values that are missing, and a right that the other system has taken away. */
import type { Profile, ProfileChanges } from '../../domain/profile.ts'
import type { UserWithCredentials } from '../../domain/user.ts'
import type { Tables } from '../../store/tables.ts'
import type { PresentUser } from './judge-rows.ts'

type FilledTables = Pick<Tables, 'profiles' | 'credentials' | 'subjects' | 'sessions' | 'directoryLinks'>

/** Whether the user of the file has something that the stored one lacks. */
export function hasMissing(stored: PresentUser, user: UserWithCredentials): boolean {
  return (
    lacksHash(stored, user) || isToBeDisabled(stored, user) || missingOf(stored.profile, user.profile) !== undefined
  )
}

/** Fills in what is missing. Nothing is overwritten, removed or enabled. In a transaction. */
export async function fillMissing(
  { profiles, credentials, subjects, sessions, directoryLinks }: FilledTables,
  stored: PresentUser,
  user: UserWithCredentials,
  now: number,
): Promise<void> {
  const { id } = stored.subject
  const { passwordHash } = user.credentials
  if (isToBeDisabled(stored, user)) {
    // As by an operator: no directory enables the user again. Its link is locked first, as everywhere.
    await directoryLinks.clearOut(id)
    await subjects.setDisabled(id, true, now)
    await sessions.endUser(id)
  }
  if (passwordHash !== null && lacksHash(stored, user)) await credentials.fillPassword(id, passwordHash)
  const profile = await profiles.lock(id)
  const missing = profile && missingOf(profile, user.profile)
  if (missing) await profiles.update(id, missing, now)
}

function lacksHash(stored: UserWithCredentials, user: UserWithCredentials): boolean {
  return stored.credentials.passwordHash === null && user.credentials.passwordHash !== null
}

function isToBeDisabled({ subject, isOut }: PresentUser, user: UserWithCredentials): boolean {
  return user.subject.isDisabled && (!subject.isDisabled || isOut)
}

function missingOf(stored: Profile, { email, isEmailVerified, fullName, claims }: Profile): ProfileChanges | undefined {
  const missing = Object.keys(claims).filter((name) => stored.claims[name] === undefined && !isOfOtherNumber(name))
  const changes: ProfileChanges = {
    ...(stored.email === null && email !== null && { email, isEmailVerified }),
    ...(stored.fullName === null && fullName !== null && { fullName }),
    ...(missing.length > 0 && {
      claims: { ...stored.claims, ...Object.fromEntries(missing.map((name) => [name, claims[name]])) },
    }),
  }
  return Object.keys(changes).length > 0 ? changes : undefined

  /** The verification of a number says nothing of another one. */
  function isOfOtherNumber(name: string): boolean {
    return name === 'phone_number_verified' && stored.claims['phone_number'] !== undefined
  }
}
