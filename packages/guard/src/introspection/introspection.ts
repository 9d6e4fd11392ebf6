/** Learns from the issuer what a token is good for (RFC 7662): for tokens that tell nothing themselves, or that must end at once. */
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

interface Remembered {
  /** From when it counts. */
  readonly since: number
  /** Until when. */
  readonly expiresAt: number
}

interface Accepted extends Remembered {
  readonly access: Access
}

interface NotAccepted extends Remembered {
  readonly refusal: unknown
}

/** Remembered apart from the good ones, and fewer: however many tokens are made up, no good one is forgotten for them. */
const mostNotAccepted = 1000

/**
 * Makes a source that asks once for each token, and again when `cacheFor` seconds have passed.
 *
 * An answer counts from when it was asked for, so that nothing is decided by one that is older than `cacheFor`. While the issuer
 * fails, tokens without an answer that counts are refused with `issuer_unavailable`.
 *
 * @see RFC 7662 §2.2, §4
 */
export function createIntrospection(
  config: IntrospectionConfig,
  rules: VerifierConfig,
  source: IntrospectionSource,
): TokenSource {
  const { now } = source.access
  const { requireReady, ask } = createIntrospectionRequest(config, source)
  const accepted = createTokenCache<Accepted>(rules.cacheSize)
  const notAccepted = createTokenCache<NotAccepted>(Math.min(rules.cacheSize, mostNotAccepted))
  const flights = createFlights<Access>(config.cacheFor)

  async function decide(token: string, since: number): Promise<Access> {
    const answer = await ask(token).catch((failure: unknown) => refuse(token, failure, now(), pauseAfterFailure))
    try {
      const access = readIntrospectionResponse(answer, rules)
      const until = since + config.cacheFor
      accepted.set(token, { since, expiresAt: Math.min(until, access.expiresAt ?? until), access })
      return access
    } catch (refusal) {
      return refuse(token, refusal, since, config.cacheFor)
    }
  }

  function refuse(token: string, refusal: unknown, since: number, seconds: number): never {
    notAccepted.set(token, { since, expiresAt: since + seconds, refusal })
    throw refusal
  }

  function fly(token: string, time: number): Promise<Access> {
    requireReady(time)
    return flights.start(token, time, () => decide(token, time))
  }

  return {
    check: (token) => {
      requireTokenText(token, rules.maxTokenLength)
      const time = now()
      const known = recall(accepted, token, time)
      if (known !== undefined) return known.access
      const refused = recall(notAccepted, token, time)
      if (refused !== undefined) throw refused.refusal
      return inTime(flights.join(token, time) ?? fly(token, time))
    },
  }
}

/** What is remembered and counts: also not before its time, so that a clock that was set back makes nothing last longer. */
function recall<Entry extends Remembered>(cache: TokenCache<Entry>, token: string, now: number): Entry | undefined {
  const entry = cache.get(token, now)
  return entry !== undefined && entry.since <= now ? entry : undefined
}
