/**
 * What the revocation feed says of the access tokens that `token-standing.ts` would refuse and that have not expired. Everybody
 * may read it: of ids it holds beginnings, of users a hash. Sorted, so that every process says the same in the same words.
 */
import { hash } from 'node:crypto'
import type { RevocationList } from '../domain/revocation-list.ts'
import type { EndedTokens, Removed } from '../store/ended-tokens.ts'
import { clockAllowance } from '../tokens/lifetime.ts'

/** Characters of an id that tell it from the others that live: 40 random bits of a UUID. */
const idLength = 11
/** Of the hash of a subject: 132 bits. */
const subjectLength = 22
/** Revoked grants of one user that are named one by one, the latest. Before those, all of theirs has ended, or one user could fill the feed. */
const mostGrantsOfUser = 1000

/** `isDeclared` tells the clients of the configuration, which what the database says of their ids is not about. */
export function revocationListOf(ended: EndedTokens, isDeclared: (clientId: string) => boolean): RevocationList {
  const crowded = crowdedUsers(ended)
  const named = ended.grants.filter(({ userId, revokedAt }) => revokedAt > (crowded.get(userId) ?? 0))
  const subjects = latest([
    ...[...crowded].map(([id, time]) => [id, time + clockAllowance] as const),
    ...ended.users.map(({ id, tokensValidFrom }) => [id, tokensValidFrom] as const),
    ...ended.disabledUsers.map(({ id, disabledAt }) => [id, disabledAt + clockAllowance] as const),
    ...ended.removedUsers.map(endOfRemoved),
    // Whose own a token is, is its subject. The very second has ended, too.
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
  }
}

/** An id, and since when its tokens count. */
type End = readonly [id: string, before: number]

/**
 * Users of whom more grants were revoked than are named, each with when the last was revoked that is not. That time is past, and
 * goes on by one grant with each that is revoked: nobody keeps a user out for long with it.
 */
function crowdedUsers({ grants }: EndedTokens): ReadonlyMap<string, number> {
  const times = new Map<string, number[]>()
  for (const { userId, revokedAt } of grants) {
    const known = times.get(userId)
    if (known) known.push(revokedAt)
    else times.set(userId, [revokedAt])
  }
  return new Map(
    [...times].flatMap(([id, each]) => {
      if (each.length <= mostGrantsOfUser) return []
      return [[id, each.toSorted((one, other) => other - one)[mostGrantsOfUser] ?? 0] as const]
    }),
  )
}

/** Who came under the same id since has tokens that count; nobody else's do. */
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
