/** Fetches and caches the issuer's metadata (RFC 8414 §3, OpenID Connect Discovery 1.0 §4). */

import { describeError, describeValue } from '../describe.ts'
import { type JsonObject, readMember } from '../jwt/strict-json.ts'
import type { IssuerAccess } from '../token-source.ts'
import { type KeptFresh, keepFresh } from './kept-fresh.ts'
import { fetchLimited, parseJsonResponse, startTimeLimit, Unreachable } from './limited-fetch.ts'
import { requestIssuer } from './request-issuer.ts'
import { requireSecureUrl } from './secure-url.ts'

const maxAge = 3600
const cooldown = 60
/** Shorter than that of the keys, so that their next attempt also fetches the metadata again. */
const retryAfter = 2

/**
 * The issuer's metadata, fetched on first use, and again every hour.
 *
 * @param url where it is, if not at a well-known place of the issuer
 */
export function keepMetadata(issuer: string, access: IssuerAccess, url?: string): KeptFresh<JsonObject> {
  const load = () => requestIssuer(access, 'discovery', url ?? issuer, () => fetchMetadata(issuer, access, url))
  return keepFresh({ load, now: access.now, maxAge, cooldown, retryAfter })
}

/**
 * The possible URLs of the metadata, in the order to try them.
 *
 * @throws Error when the issuer cannot have metadata
 */
export function metadataUrls(issuer: string, httpHosts: IssuerAccess['httpHosts']): readonly string[] {
  const url = requireSecureUrl(issuer, httpHosts)
  // RFC 8414 §2: no query or fragment components.
  if (/[?#]/.test(issuer)) throw new Error('an issuer must have neither query nor fragment')
  // RFC 8414 §3.1: any terminating "/" MUST be removed before inserting "/.well-known/".
  const path = url.pathname.replace(/\/$/, '')
  const places = [
    `/.well-known/oauth-authorization-server${path}`,
    `/.well-known/openid-configuration${path}`,
    // OpenID Connect Discovery 1.0 §4: appended to the path instead.
    `${path}/.well-known/openid-configuration`,
  ]
  return [...new Set(places)].map((place) => url.origin + place)
}

/** The first document that exists. @throws Error with the reasons when none does */
async function fetchMetadata(issuer: string, access: IssuerAccess, given: string | undefined): Promise<JsonObject> {
  const failures: string[] = []
  const signal = startTimeLimit()
  let cause: unknown
  for (const url of given === undefined ? metadataUrls(issuer, access.httpHosts) : [given]) {
    try {
      return await fetchDocument(issuer, url, access, signal)
    } catch (error) {
      failures.push(`${url}: ${describeError(error)}`)
      cause = error
      // The other URLs are on the same host.
      if (error instanceof Unreachable) break
    }
  }
  throw new Error(failures.join('; '), { cause })
}

async function fetchDocument(
  issuer: string,
  url: string,
  access: IssuerAccess,
  signal: AbortSignal,
): Promise<JsonObject> {
  const document = parseJsonResponse((await fetchLimited(access, url, { signal })).text)
  const named = readMember(document, 'issuer')
  // RFC 8414 §3.3: issuer MUST be identical to the configured one, including a slash at the end; otherwise the document MUST NOT be used.
  if (named !== issuer) {
    throw new Error(
      `the document's issuer is ${describeValue(named)}: if that is the right one, configure exactly that`,
    )
  }
  return document
}
