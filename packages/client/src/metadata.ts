/** What an issuer says of itself (RFC 8414, OpenID Connect Discovery §4). */
import { ClientError } from './errors.ts'
import { type JsonObject, readMember } from './json.ts'
import type { Fetch } from './options.ts'
import { requestJson } from './request-json.ts'
import { isSecureUrl } from './secure-url.ts'

/** The members that a client uses. */
export interface IssuerMetadata {
  readonly issuer: string
  readonly authorizationEndpoint: string | undefined
  readonly tokenEndpoint: string | undefined
  readonly revocationEndpoint: string | undefined
  readonly endSessionEndpoint: string | undefined
  /** RFC 9126 §5 */
  readonly pushedAuthorizationRequestEndpoint: string | undefined
  /** RFC 8628 §4 */
  readonly deviceAuthorizationEndpoint: string | undefined
  /** RFC 7636; `undefined` when the issuer does not tell. */
  readonly codeChallengeMethods: readonly string[] | undefined
  /** Whether every answer to a log-in names the issuer (RFC 9207 §3). */
  readonly namesIssuerInAnswers: boolean
}

/** The endpoints among the metadata. */
export type EndpointName = Extract<keyof IssuerMetadata, `${string}Endpoint`>

interface Source {
  readonly issuer: string
  readonly fetch: Fetch
  readonly now: () => number
}

const keptFor = 3600

/** Fetches at the first call; all calls share one request. A failure is not kept. */
export function cacheMetadata(source: Source): () => Promise<IssuerMetadata> {
  let kept: { readonly metadata: Promise<IssuerMetadata>; readonly until: number } | undefined
  return () => {
    if (kept !== undefined && source.now() < kept.until) return kept.metadata
    const fresh = { metadata: fetchMetadata(source), until: source.now() + keptFor }
    kept = fresh
    fresh.metadata.catch(() => {
      if (kept === fresh) kept = undefined
    })
    return fresh.metadata
  }
}

/** @throws ClientError with the code `endpoint_missing` */
export async function requireEndpoint(
  { metadata, issuer }: { readonly metadata: () => Promise<IssuerMetadata>; readonly issuer: string },
  name: EndpointName,
): Promise<string> {
  const endpoint = (await metadata())[name]
  if (endpoint === undefined) throw new ClientError('endpoint_missing', `${issuer} has no ${wireName(name)}`)
  return endpoint
}

async function fetchMetadata({ issuer, fetch }: Source): Promise<IssuerMetadata> {
  const { origin, pathname } = new URL(issuer)
  const path = pathname.replace(/\/$/, '')
  const places = [
    // RFC 8414 §3.1: between the host and the path of the issuer.
    `${origin}/.well-known/oauth-authorization-server${path}`,
    // OpenID Connect Discovery §4: after the path of the issuer.
    `${origin}${path}/.well-known/openid-configuration`,
  ]
  let failure: unknown
  for (const place of places) {
    const found = await findDocument(fetch, place)
    if (!(found instanceof ClientError)) return readMetadata(issuer, found)
    failure = found
  }
  throw failure
}

/** Answers the error instead of throwing it: what is not found at one place, as for want of CORS, may be at the other. */
async function findDocument(fetch: Fetch, place: string): Promise<JsonObject | ClientError> {
  try {
    const { status, body, mediaType } = await requestJson(fetch, place)
    if (status === 200 && body !== undefined) return body
    const facts = { status, expected: 'a JSON object', received: mediaType }
    return new ClientError('metadata_invalid', `${place} is no metadata: check the issuer, letter by letter`, facts)
  } catch (error) {
    if (error instanceof ClientError) return error
    throw error
  }
}

function readMetadata(issuer: string, document: JsonObject): IssuerMetadata {
  const named = readMember(document, 'issuer')
  // RFC 8414 §3.3: MUST be identical to the issuer that was asked, or the metadata MUST NOT be used.
  if (named !== issuer) {
    const received = typeof named === 'string' ? named.slice(0, 200) : 'none'
    const message = `The metadata of ${issuer} is of another issuer: set the issuer as it names itself`
    throw new ClientError('issuer_mismatch', message, { expected: issuer, received })
  }
  const methods = readMember(document, 'code_challenge_methods_supported')
  return Object.freeze({
    issuer,
    authorizationEndpoint: readEndpoint(document, 'authorizationEndpoint'),
    tokenEndpoint: readEndpoint(document, 'tokenEndpoint'),
    revocationEndpoint: readEndpoint(document, 'revocationEndpoint'),
    endSessionEndpoint: readEndpoint(document, 'endSessionEndpoint'),
    pushedAuthorizationRequestEndpoint: readEndpoint(document, 'pushedAuthorizationRequestEndpoint'),
    deviceAuthorizationEndpoint: readEndpoint(document, 'deviceAuthorizationEndpoint'),
    codeChallengeMethods: Array.isArray(methods) ? methods.map(String) : undefined,
    namesIssuerInAnswers: readMember(document, 'authorization_response_iss_parameter_supported') === true,
  })
}

function readEndpoint(document: JsonObject, name: EndpointName): string | undefined {
  const member = wireName(name)
  const value = readMember(document, member)
  if (value === undefined) return undefined
  // RFC 6749 §3.1, §3.2: no fragment, and TLS.
  if (typeof value === 'string' && URL.canParse(value) && !value.includes('#') && isSecureUrl(new URL(value)))
    return value
  const expected = 'an https URL (http on loopback) without a fragment'
  throw new ClientError('metadata_invalid', `The issuer's ${member} must be ${expected}`, { expected })
}

/** authorizationEndpoint is authorization_endpoint on the wire. */
function wireName(name: EndpointName): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
}
