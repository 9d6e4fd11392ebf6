/** Which hashes of an import come inside of argon2id, and putting them there (docs/decisions/0070). */
import type { UserWithCredentials } from '../../domain/user.ts'
import { type Inspection, inspectHash } from '../../passwords/import-check.ts'
import type { PasswordPool } from '../../passwords/pool.ts'
import { wrapHashes } from '../../passwords/wrap-hashes.ts'

export interface Wrapping {
  readonly passwords: Pick<PasswordPool, 'wrap' | 'workers'>
  /** Imports hashes that can be guessed too fast. They are always wrapped. */
  readonly allowsWeak: boolean
  /** Wraps all others that are not argon2id of today's cost, too. */
  readonly wrapsOthers: boolean
}

export function inspectFor(wrapping: Wrapping | undefined): (hash: string | null) => Inspection {
  return (hash) => inspectHash(hash, { allowWeakHashes: wrapping?.allowsWeak ?? false })
}

export function isToBeWrapped(inspection: Inspection, wrapping: Wrapping | undefined): boolean {
  if (wrapping === undefined || inspection.status !== 'usable') return false
  return inspection.isWeak || (wrapping.wrapsOthers && inspection.isWrappable)
}

/** The same with the hashes as they are stored. */
export async function wrapUsers<Owner extends { readonly user: UserWithCredentials }>(
  owners: readonly Owner[],
  wrapping: Wrapping | undefined,
): Promise<readonly Owner[]> {
  if (wrapping === undefined) return owners
  const inspect = inspectFor(wrapping)
  const waiting = owners.flatMap(({ user: { credentials } }) => {
    const { passwordHash: hash } = credentials
    return hash !== null && isToBeWrapped(inspect(hash), wrapping) ? [hash] : []
  })
  const wrapped = await wrapHashes(wrapping.passwords, waiting)
  const hashes = new Map(waiting.map((hash, index) => [hash, wrapped[index]]))
  return owners.map((owner) => {
    const { credentials } = owner.user
    const passwordHash = credentials.passwordHash === null ? undefined : hashes.get(credentials.passwordHash)
    if (passwordHash === undefined) return owner
    return { ...owner, user: { ...owner.user, credentials: { ...credentials, passwordHash } } }
  })
}
