/** What an issuer says of itself (RFC 8414, OpenID Connect Discovery §4). */
import { ClientError, issuerMismatch } from '../errors.ts'
import { type JsonObject, readMember, readText } from './json.ts'
import { type Fetch, requestJson } from './request-json.ts'
import { isLoopback, isSecureAddress } from './secure-url.ts'

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
  let kept: Promise<IssuerMetadata> | undefined
  let keptUntil = 0
  return () => {
    if (kept === undefined || source.now() >= keptUntil) {
      keptUntil = source.now() + keptFor
      kept = fetchMetadata(source)
      kept.catch(() => {
        kept = undefined
      })
    }
    return kept
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
  // RFC 8414 §3.1: between the host and the path of the issuer.
  const document = await fetchDocument(fetch, `${origin}/.well-known/oauth-authorization-server${path}`).catch(() =>
    // OpenID Connect Discovery §4: else after it, whatever stands at the first place.
    fetchDocument(fetch, `${origin}${path}/.well-known/openid-configuration`),
  )
  return readMetadata(issuer, document)
}

async function fetchDocument(fetch: Fetch, place: string): Promise<JsonObject> {
  const { status, body, mediaType } = await requestJson(fetch, place)
  if (status === 200 && body !== undefined) return body
  const message = `${place} is no metadata: check the issuer, letter by letter`
  throw new ClientError('metadata_invalid', message, { status, received: mediaType })
}

function readMetadata(issuer: string, document: JsonObject): IssuerMetadata {
  const named = readText(document, 'issuer')
  // RFC 8414 §3.3: MUST be identical to the issuer that was asked, or the metadata MUST NOT be used.
  if (named !== issuer) {
    const message = `The metadata of ${issuer} is of another issuer: set the issuer as it names itself`
    throw issuerMismatch(message, issuer, named)
  }
  const methods = readMember(document, 'code_challenge_methods_supported')
  return Object.freeze({
    issuer,
    authorizationEndpoint: readEndpoint(issuer, document, 'authorizationEndpoint'),
    tokenEndpoint: readEndpoint(issuer, document, 'tokenEndpoint'),
    revocationEndpoint: readEndpoint(issuer, document, 'revocationEndpoint'),
    endSessionEndpoint: readEndpoint(issuer, document, 'endSessionEndpoint'),
    pushedAuthorizationRequestEndpoint: readEndpoint(issuer, document, 'pushedAuthorizationRequestEndpoint'),
    deviceAuthorizationEndpoint: readEndpoint(issuer, document, 'deviceAuthorizationEndpoint'),
    codeChallengeMethods: Array.isArray(methods) ? methods.map(String) : undefined,
    namesIssuerInAnswers: readMember(document, 'authorization_response_iss_parameter_supported') === true,
  })
}

function readEndpoint(issuer: string, document: JsonObject, name: EndpointName): string | undefined {
  const member = wireName(name)
  const value = readMember(document, member)
  if (value === undefined) return undefined
  // RFC 6749 §3.1, §3.2: no fragment, and TLS. What is on loopback is this machine's own, and no business of other issuers.
  if (isSecureAddress(value) && (!isLoopback(new URL(value)) || isLoopback(new URL(issuer)))) return value
  const expected = 'an https URL (http on loopback) without a fragment, on loopback only if the issuer is'
  throw new ClientError('metadata_invalid', `The issuer's ${member} must be ${expected}`, { expected })
}

/** authorizationEndpoint is authorization_endpoint on the wire. */
function wireName(name: EndpointName): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
}
