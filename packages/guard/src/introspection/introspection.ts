/** Learns from the issuer what a token is good for (RFC 7662): for tokens that tell nothing themselves, or that must end at once. */
import type { Access } from '../access.ts'
import { isWithin } from '../is-within.ts'
import type { Issuer } from '../issuer/issuer.ts'
import { createTokenCache } from '../jwt/cache.ts'
import { requireTokenText } from '../jwt/jwt.ts'
import type { VerifierConfig } from '../jwt/verifier-options.ts'
import type { IssuerAccess, TokenSource } from '../token-source.ts'
import { readIntrospectionAnswer } from './introspection-answer.ts'
import type { IntrospectionConfig } from './introspection-options.ts'
import { createIntrospectionRequest } from './introspection-request.ts'

/** Who is asked, and how. */
export interface IntrospectionSource {
  /** Whose metadata name the endpoint, when the settings do not. */
  readonly issuer: Issuer | undefined
  readonly access: IssuerAccess
}

interface Accepted {
  /** Until when the answer counts. */
  readonly expiresAt: number
  readonly access: Access
}

interface NotAccepted {
  readonly expiresAt: number
  readonly refusal: unknown
}

interface Flight {
  readonly startedAt: number
  readonly answer: Promise<Access>
}

/** Remembered apart from the good ones, and fewer: however many tokens are made up, no good one is forgotten for them. */
const mostNotAccepted = 1000
/** A request that has not ended by then never will: an edge runtime drops those of clients that hung up. Seconds. */
const longestFlight = 30

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
  { issuer, access }: IntrospectionSource,
): TokenSource {
  const ask = createIntrospectionRequest(config, issuer, access)
  const accepted = createTokenCache<Accepted>(rules.cacheSize)
  const notAccepted = createTokenCache<NotAccepted>(Math.min(rules.cacheSize, mostNotAccepted))
  const flights = new Map<string, Flight>()

  async function decide(token: string, askedAt: number): Promise<Access> {
    const answer = await ask(token)
    const until = askedAt + config.cacheFor
    try {
      const found = readIntrospectionAnswer(answer, rules, access.now())
      accepted.set(token, { expiresAt: Math.min(until, found.expiresAt ?? until), access: found })
      return found
    } catch (refusal) {
      notAccepted.set(token, { expiresAt: until, refusal })
      throw refusal
    }
  }

  function startFlight(token: string, time: number): Promise<Access> {
    const flight: Flight = {
      startedAt: time,
      answer: decide(token, time).finally(() => {
        if (flights.get(token) === flight) flights.delete(token)
      }),
    }
    flights.set(token, flight)
    return flight.answer
  }

  return {
    check: (token) => {
      requireTokenText(token, rules.maxTokenLength)
      const time = access.now()
      const known = accepted.get(token, time)
      if (known !== undefined) return known.access
      const refused = notAccepted.get(token, time)
      if (refused !== undefined) throw refused.refusal
      const flight = flights.get(token)
      return flight !== undefined && isWithin(longestFlight, flight.startedAt, time)
        ? flight.answer
        : startFlight(token, time)
    },
  }
}
