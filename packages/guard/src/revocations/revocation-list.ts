/** The revocation list of a feed: which access tokens are revoked, by five kinds of name or by their age. */
import type { Access } from '../access.ts'
import { describeValue } from '../describe.ts'
import { digestText } from '../digest.ts'
import { isJsonObject, type JsonObject, readMember } from '../jwt/strict-json.ts'

/** The kind of name by which a token is revoked; `iat` when all tokens of its age are. */
export type RevokedBy = 'token' | 'grant' | 'subject' | 'client' | 'key' | 'iat'

/** The names as in the feed: `nameOf`, `subjectName`, the `client_id` and the `kid` themselves. */
export interface RevocationList {
  /** When it was built, in seconds since the epoch: `iat`. */
  readonly builtAt: number
  readonly tokens: ReadonlySet<string>
  readonly grants: ReadonlySet<string>
  /** From when tokens of the subject are valid again, in seconds since the epoch. */
  readonly subjects: ReadonlyMap<string, number>
  /** The same for the client. */
  readonly clients: ReadonlyMap<string, number>
  /** Keys that the issuer has revoked. This guard may still have them. */
  readonly keys: ReadonlySet<string>
  /** From when tokens of the issuer are valid, in seconds since the epoch: its database was restored from a backup. */
  readonly notBefore: number | undefined
}

const nameLength = 11
const subjectNameLength = 22

/**
 * Reads the claims of a feed whose signature is verified. Ignores unknown members.
 *
 * @throws TypeError with the name of the wrong member: a part of a list is not used
 */
export function readRevocationList(claims: JsonObject): RevocationList {
  return {
    builtAt: requireTime('iat', readMember(claims, 'iat')),
    tokens: readNames(claims, 'tokens'),
    grants: readNames(claims, 'grants'),
    subjects: readTimes(claims, 'subjects'),
    clients: readTimes(claims, 'clients'),
    keys: readKeyIds(readMember(claims, 'keys')),
    notBefore: readNotBefore(readMember(claims, 'not_before')),
  }
}

/**
 * The kind of name by which the access is revoked, if it is.
 *
 * A token is identified by its `jti`, never by its text: an ES256 token can be rewritten with another valid signature.
 *
 * @param subject the name of its subject; `undefined` when the list has no subjects
 */
export function findRevocation(
  list: RevocationList,
  { tokenId, clientId, claims }: Access,
  subject: string | undefined,
): RevokedBy | undefined {
  const grantId = readMember(claims, 'grant_id')
  if (isBefore(claims, list.notBefore)) return 'iat'
  if (tokenId !== undefined && list.tokens.has(nameOf(tokenId))) return 'token'
  if (typeof grantId === 'string' && list.grants.has(nameOf(grantId))) return 'grant'
  if (subject !== undefined && isBefore(claims, list.subjects.get(subject))) return 'subject'
  if (clientId !== undefined && isBefore(claims, list.clients.get(clientId))) return 'client'
  return undefined
}

/** A subject in a feed: the first 132 bits of its SHA-256, since subjects may be usernames and the feed is public. */
export async function subjectName(subject: string): Promise<string> {
  return (await digestText(subject)).slice(0, subjectNameLength)
}

/** A token or a grant in a feed: the beginning of its random id, 40 bits of a UUID. */
function nameOf(id: string): string {
  return id.slice(0, nameLength)
}

/** A token without `iat` counts as older than any time. */
function isBefore(claims: Access['claims'], validFrom: number | undefined): boolean {
  if (validFrom === undefined) return false
  const issuedAt = readMember(claims, 'iat')
  return !(typeof issuedAt === 'number' && issuedAt >= validFrom)
}

function readNames(claims: JsonObject, member: string): ReadonlySet<string> {
  const names = readMember(claims, member)
  if (!Array.isArray(names) || !names.every(isName)) {
    throw new TypeError(`${member} must be an array of names of 1 to ${nameLength} characters`)
  }
  return new Set(names)
}

/** Issuers leave it out while no key is revoked. */
function readKeyIds(ids: unknown = []): ReadonlySet<string> {
  if (Array.isArray(ids) && ids.every((id) => typeof id === 'string')) return new Set(ids)
  throw new TypeError('keys must be an array of key ids')
}

/** Issuers leave it out unless they were restored. */
function readNotBefore(time: unknown): number | undefined {
  return time === undefined ? undefined : requireTime('not_before', time)
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && value.length <= nameLength
}

function readTimes(claims: JsonObject, member: string): ReadonlyMap<string, number> {
  const times = readMember(claims, member)
  if (!isJsonObject(times)) throw new TypeError(`${member} must be an object, not ${describeValue(times)}`)
  return new Map(Object.entries(times).map(([name, time]) => [name, requireTime(member, time)]))
}

function requireTime(member: string, value: unknown): number {
  if (typeof value === 'number' && Number.isFinite(value)) return value
  throw new TypeError(`${member} must be seconds since the epoch, not ${describeValue(value)}`)
}
