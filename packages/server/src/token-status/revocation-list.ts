/**
 * The revocation list: the unexpired access tokens that `token-status.ts` would reject. It is public, so it contains beginnings of
 * ids and hashes of users. It is sorted, so that every process publishes the same bytes.
 */
import { hash } from 'node:crypto'
import type { RevocationList } from '../domain/revocation-list.ts'
import type { Removed, Revocations } from '../store/revocations.ts'
import { clockAllowance } from '../tokens/lifetime.ts'

/** Characters of an id that distinguish it from other active ones: 40 random bits of a UUID. */
const idLength = 11
/** Characters of the hash of a subject: 132 bits. */
const subjectLength = 22
/** The latest revoked grants of one user are listed one by one. All before those are revoked together, or one user could fill the feed. */
const maxGrantsOfUser = 1000

/** `isDeclared`: whether the configuration declares a client. What the database has about that id is then another client's. */
export function revocationListOf(ended: Revocations, isDeclared: (clientId: string) => boolean): RevocationList {
  const crowded = crowdedUsers(ended)
  const named = ended.grants.filter(({ userId, revokedAt }) => revokedAt > (crowded.get(userId) ?? 0))
  const subjects = latest([
    ...[...crowded].map(([id, time]) => [id, time + clockAllowance] as const),
    ...ended.users.map(({ id, tokensValidFrom }) => [id, tokensValidFrom] as const),
    ...ended.disabledUsers.map(({ id, disabledAt }) => [id, disabledAt + clockAllowance] as const),
    ...ended.removedUsers.map(endOfRemoved),
    // The subject of a client's own token is the client. Tokens of that very second are revoked as well.
    ...ended.ownTokens.map(({ id, removedAt }) => [id, removedAt + 1] as const),
  ])
  const clients = latest([
    ...ended.disabledClients.map(({ id, disabledAt }) => [id, disabledAt + clockAllowance] as const),
    ...ended.removedClients.map(endOfRemoved),
  ])
  return {
    tokens: beginnings(ended.tokens),
    grants: beginnings(named.map(({ grantId }) => grantId)),
    subjects: sorted([...subjects].map(([id, before]) => [subjectName(id), before])),
    clients: sorted([...clients].filter(([id]) => !isDeclared(id))),
    ...(ended.keys.length > 0 && { keys: ended.keys.toSorted() }),
    ...(ended.tokensValidFrom !== undefined && { not_before: ended.tokensValidFrom }),
  }
}

/** An id, and the time from which its tokens are valid. */
type End = readonly [id: string, before: number]

/**
 * Users with more revoked grants than are listed, each with the time at which the last unlisted one was revoked. That time is past
 * and moves on with each revocation, so nobody can lock a user out with it.
 */
function crowdedUsers({ grants }: Revocations): ReadonlyMap<string, number> {
  const times = new Map<string, number[]>()
  for (const { userId, revokedAt } of grants) {
    const known = times.get(userId)
    if (known) known.push(revokedAt)
    else times.set(userId, [revokedAt])
  }
  return new Map(
    [...times].flatMap(([id, each]) => {
      if (each.length <= maxGrantsOfUser) return []
      return [[id, each.toSorted((one, other) => other - one)[maxGrantsOfUser] ?? 0] as const]
    }),
  )
}

/** Another user or client with the same id, added later, has valid tokens. */
function endOfRemoved({ id, removedAt, returnedAt }: Removed): End {
  return [id, Math.min(removedAt + clockAllowance, returnedAt ?? Number.POSITIVE_INFINITY)]
}

function latest(ends: readonly End[]): ReadonlyMap<string, number> {
  const byId = new Map<string, number>()
  for (const [id, before] of ends) byId.set(id, Math.max(before, byId.get(id) ?? 0))
  return byId
}

function beginnings(ids: readonly string[]): readonly string[] {
  return [...new Set(ids.map((id) => id.slice(0, idLength)))].toSorted()
}

function subjectName(subject: string): string {
  return hash('sha256', subject, 'base64url').slice(0, subjectLength)
}

function sorted(ends: readonly End[]): Readonly<Record<string, number>> {
  return Object.fromEntries(ends.toSorted(([one], [other]) => (one < other ? -1 : 1)))
}
