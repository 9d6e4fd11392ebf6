/** The revocation feed as a resource server reads it: verified with the published keys. */
import { createHash } from 'node:crypto'
import { createLocalJWKSet, jwtVerify } from 'jose'
import { issuer } from './code-flow.ts'
import type { TestServer } from './server.ts'

export interface Feed {
  readonly iat: number
  readonly tokens: readonly string[]
  readonly grants: readonly string[]
  readonly subjects: Readonly<Record<string, number>>
  readonly clients: Readonly<Record<string, number>>
  readonly keys?: readonly string[]
  readonly not_before?: number
}

export async function readFeed({ get, clock }: TestServer): Promise<Feed> {
  const token = await (await get('/revocations')).text()
  const keys = createLocalJWKSet(JSON.parse(await (await get('/.well-known/jwks.json')).text()))
  const { payload } = await jwtVerify(token, keys, {
    issuer,
    typ: 'revocations+jwt',
    currentDate: new Date(clock.now * 1000),
  })
  // Invalid contents fail the test that reads them.
  return payload as unknown as Feed
}

/** The name of a user in the feed. */
export function subjectName(userId: string): string {
  return createHash('sha256').update(userId).digest('base64url').slice(0, 22)
}

/** The name of a token or a grant in the feed. */
export function idName(id: unknown): string {
  return String(id).slice(0, 11)
}

/** The entries of the feed that revoke the token, as a resource server would find them. */
export function endedBy(feed: Feed, claims: Readonly<Record<string, unknown>>): readonly string[] {
  const { jti, grant_id: grant, sub, client_id: client, iat } = claims
  const isBefore = (time: number | undefined) => time !== undefined && (typeof iat !== 'number' || iat < time)
  return [
    ...(feed.tokens.includes(idName(jti)) ? ['token'] : []),
    ...(feed.grants.includes(idName(grant)) ? ['grant'] : []),
    ...(isBefore(feed.subjects[subjectName(String(sub))]) ? ['subject'] : []),
    ...(isBefore(feed.clients[String(client)]) ? ['client'] : []),
  ]
}
