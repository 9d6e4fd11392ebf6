/** Gets the access of a token from the issuer's introspection endpoint (RFC 7662): for opaque tokens, and for immediate revocation. */
import type { Access } from '../access.ts'
import { inTime } from '../issuer/kept-fresh.ts'
import { createTokenCache, type TokenCache } from '../jwt/cache.ts'
import { requireTokenText } from '../jwt/jwt.ts'
import type { VerifierConfig } from '../jwt/verifier-config.ts'
import type { TokenSource } from '../token-source.ts'
import { createFlights } from './flights.ts'
import type { IntrospectionConfig } from './introspection-options.ts'
import { createIntrospectionRequest, type IntrospectionSource, pauseAfterFailure } from './introspection-request.ts'
import { readIntrospectionResponse } from './introspection-response.ts'

interface Cached {
  /** When the request was sent. */
  readonly since: number
  /** Until when the response is used. */
  readonly expiresAt: number
}

interface Active extends Cached {
  readonly access: Access
}

interface Rejected extends Cached {
  readonly error: unknown
}

/** In a cache of their own: made-up tokens displace no active ones. */
const maxRejected = 1000

/**
 * Makes a source that sends one request per token, and another when `cacheFor` seconds have passed.
 *
 * A response is used from the time of its request, so that no decision uses one that is older than `cacheFor`. While the issuer is
 * unavailable, tokens without such a response are rejected with `issuer_unavailable`.
 *
 * @see RFC 7662 §2.2, §4
 */
export function createIntrospection(
  config: IntrospectionConfig,
  rules: VerifierConfig,
  source: IntrospectionSource,
): TokenSource {
  const { now } = source.access
  const { requireReady, introspect } = createIntrospectionRequest(config, source)
  const active = createTokenCache<Active>(rules.cacheSize)
  const rejected = createTokenCache<Rejected>(Math.min(rules.cacheSize, maxRejected))
  const flights = createFlights<Access>(config.cacheFor)

  async function decide(token: string, since: number): Promise<Access> {
    const response = await introspect(token).catch((error: unknown) => reject(token, error, now(), pauseAfterFailure))
    try {
      const access = readIntrospectionResponse(response, rules)
      const until = since + config.cacheFor
      active.set(token, { since, expiresAt: Math.min(until, access.expiresAt ?? until), access })
      return access
    } catch (error) {
      return reject(token, error, since, config.cacheFor)
    }
  }

  function reject(token: string, error: unknown, since: number, seconds: number): never {
    rejected.set(token, { since, expiresAt: since + seconds, error })
    throw error
  }

  function request(token: string, time: number): Promise<Access> {
    requireReady(time)
    return flights.start(token, time, () => decide(token, time))
  }

  return {
    check: (token) => {
      requireTokenText(token, rules.maxTokenLength)
      const time = now()
      const known = recall(active, token, time)
      if (known !== undefined) return known.access
      const failed = recall(rejected, token, time)
      if (failed !== undefined) throw failed.error
      return inTime(flights.join(token, time) ?? request(token, time))
    },
  }
}

/** The entry, unless it is in the future: an entry lasts no longer when the clock is set back. */
function recall<Entry extends Cached>(cache: TokenCache<Entry>, token: string, now: number): Entry | undefined {
  const entry = cache.get(token, now)
  return entry !== undefined && entry.since <= now ? entry : undefined
}
