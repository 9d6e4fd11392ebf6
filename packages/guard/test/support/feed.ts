/** The revocation feed of a test issuer, as Countersign serves it. */
import { createHash } from 'node:crypto'
import type { IssuerReply, IssuerRequest, TestIssuer } from './issuer.ts'
import { craftParts, encode, type Signer } from './tokens.ts'
import type { Clock } from './verifiers.ts'

export const feedPath = '/revocations'

/** What a test puts into the feed; laid over an empty one that is built now. */
export type FeedMembers = Readonly<Record<string, unknown>>

export interface TestFeed {
  /** Publishes a list from now on. */
  readonly publish: (members: FeedMembers) => void
  /** How many requests were answered 304. */
  readonly unchanged: () => number
}

/** Serves an empty feed, and names it in the metadata. */
export function serveFeed(issuer: TestIssuer, clock: Clock): TestFeed {
  let members: FeedMembers = {}
  let unchanged = 0

  function answer({ headers }: IssuerRequest): IssuerReply {
    const etag = `"${createHash('sha256').update(JSON.stringify(members)).digest('base64url')}"`
    if (headers['if-none-match'] === etag) {
      unchanged++
      return { status: 304, headers: { etag } }
    }
    const body = signFeed(issuer, { iat: clock.now(), ...members })
    return { headers: { etag, 'content-type': 'application/revocations+jwt', 'cache-control': 'no-cache' }, body }
  }

  issuer.describe({ revocation_feed_uri: `${issuer.url}${feedPath}` })
  issuer.serve(feedPath, answer)
  return {
    publish: (published) => {
      members = published
    },
    unchanged: () => unchanged,
  }
}

/** A feed that revokes nothing but what the members say. */
export function signFeed(
  { url, signer }: Pick<TestIssuer, 'url' | 'signer'>,
  members: FeedMembers,
  header: Readonly<Record<string, unknown>> = {},
  by: Signer = signer,
): string {
  const empty = { iss: url, tokens: [], grants: [], subjects: {}, clients: {} }
  const joseHeader = { alg: by.algorithm, kid: signer.verification.keyId, typ: 'revocations+jwt', ...header }
  return craftParts(encode(JSON.stringify(joseHeader)), encode(JSON.stringify({ ...empty, ...members })), by.sign)
}
