/** The revocation feed of this process: read from the database on request, signed when something changed. */
import { hash } from 'node:crypto'
import type { Context, RevocationFeed } from '../context.ts'
import { publicAlgorithm } from '../domain/algorithm.ts'
import type { RevocationList } from '../domain/revocation-list.ts'
import type { SigningKey } from '../keys/sign.ts'
import { clockAllowance } from '../tokens/lifetime.ts'
import { createRevocationFeed } from '../tokens/revocation-feed.ts'
import { revocationListOf } from './revocation-list.ts'

/** Seconds that a reading is used. A revocation is published no later than that. */
const freshness = 1
/** A slow reading is used for this many times its duration, so that reading stays a small part of the work. */
const freshnessPerEffort = 20
/** The upper bound, in seconds. */
const maxFreshness = 10
/**
 * Seconds that a signed feed is served. A resource server that polls several processes rejects a list that is a minute older than
 * the one it has, as a replay.
 */
const signatureAge = 30

/** The context as far as it exists when the feed is created. */
type FeedContext = Pick<Context, 'config' | 'store' | 'keys' | 'now'>

interface Reading {
  readonly readAt: number
  readonly list: RevocationList
  readonly key: SigningKey
  /** The same for the same list and key, in every process. */
  readonly tag: string
}

interface Begun {
  readonly begunAt: number
  readonly reading: Promise<Reading>
  /** Seconds from then. */
  readonly freshFor: number
}

export function createRevocationFeedCache(ctx: FeedContext): RevocationFeed {
  let latest: Begun | undefined
  let signed: { readonly tag: string; readonly issuedAt: number; readonly token: Promise<string> } | undefined

  function readAgain(begunAt: number): Promise<Reading> {
    const reading = readList(ctx, begunAt)
    // Requests that come meanwhile wait for it as well.
    const begun = { begunAt, reading, freshFor: Number.POSITIVE_INFINITY }
    latest = begun
    reading.then(
      () => {
        const freshFor = Math.max(freshness, Math.min(freshnessPerEffort * (ctx.now() - begunAt), maxFreshness))
        if (latest === begun) latest = { ...begun, freshFor }
      },
      // The next request tries again.
      () => {
        if (latest === begun) latest = undefined
      },
    )
    return reading
  }

  function tokenOf({ tag, readAt, list, key }: Reading): Promise<string> {
    const issuedAt = Math.floor(readAt)
    if (signed?.tag !== tag || issuedAt - signed.issuedAt >= signatureAge || issuedAt < signed.issuedAt) {
      signed = { tag, issuedAt, token: createRevocationFeed(key, ctx.config.issuer, issuedAt, list) }
    }
    return signed.token
  }

  return {
    read: async () => {
      const now = ctx.now()
      const isFresh = latest !== undefined && now >= latest.begunAt && now - latest.begunAt < latest.freshFor
      const reading = await (isFresh && latest ? latest.reading : readAgain(now))
      return { tag: reading.tag, token: () => tokenOf(reading) }
    },
  }
}

async function readList({ config, store, keys }: FeedContext, now: number): Promise<Reading> {
  await keys.refresh()
  const over = Math.floor(now) - clockAllowance
  const ended = await store.revocations.list(over - config.accessTokenLifetime, over)
  const list = revocationListOf(ended, (clientId) => config.clients.has(clientId))
  // As for ID tokens: never the shared secret of HS256, which other resource servers do not know.
  const key = keys.signingKey(publicAlgorithm(config.algorithm))
  const tag = hash('sha256', `${key.keyId}\n${JSON.stringify(list)}`, 'base64url')
  return { readAt: now, list, key, tag }
}
