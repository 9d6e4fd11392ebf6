/** What an issuer publishes about itself (RFC 8414, OpenID Connect Discovery §4). */
import { ClientError, issuerMismatch } from '../errors.ts'
import { type JsonObject, readMember, readText } from './json.ts'
import { type Fetch, requestJson } from './request-json.ts'
import { isLoopback, isSecureAddress } from './secure-url.ts'

/** The endpoints that a client uses; in the metadata, `_endpoint` follows each name. */
const endpointNames = [
  'authorization',
  'token',
  'revocation',
  'end_session',
  // RFC 9126 §5
  'pushed_authorization_request',
  // RFC 8628 §4
  'device_authorization',
] as const

export type EndpointName = (typeof endpointNames)[number]

/** The members that a client uses. */
export interface IssuerMetadata {
  readonly issuer: string
  readonly endpoints: ReadonlyMap<EndpointName, string | undefined>
  /** RFC 7636; `undefined` when the metadata does not say. */
  readonly codeChallengeMethods: readonly string[] | undefined
  /** Whether every authorization response has `iss` (RFC 9207 §3). */
  readonly sendsIssuer: boolean
}

interface Source {
  readonly issuer: string
  readonly metadataUrl?: string | undefined
  readonly unsafeHttpHosts?: readonly string[] | undefined
  readonly fetch: Fetch
  readonly now: () => number
}

/** In seconds. */
const cacheLifetime = 3600

/** Fetches at the first call; all calls share one request. A failure is not cached. */
export function cacheMetadata(source: Source): () => Promise<IssuerMetadata> {
  let kept: Promise<IssuerMetadata> | undefined
  let keptUntil = 0
  return () => {
    if (kept === undefined || source.now() >= keptUntil) {
      keptUntil = source.now() + cacheLifetime
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
  const endpoint = (await metadata()).endpoints.get(name)
  if (endpoint === undefined) throw new ClientError('endpoint_missing', `${issuer} has no ${name}_endpoint`)
  return endpoint
}

async function fetchMetadata(source: Source): Promise<IssuerMetadata> {
  const { metadataUrl, issuer, fetch } = source
  const document = metadataUrl === undefined ? findDocument(issuer, fetch) : fetchDocument(fetch, metadataUrl)
  return readMetadata(source, await document)
}

async function findDocument(issuer: string, fetch: Fetch): Promise<JsonObject> {
  const { origin, pathname } = new URL(issuer)
  const path = pathname.replace(/\/$/, '')
  // RFC 8414 §3.1: the well-known path is between the host and the path of the issuer.
  return await fetchDocument(fetch, `${origin}/.well-known/oauth-authorization-server${path}`).catch(() =>
    // OpenID Connect Discovery §4: otherwise it is after both, whatever the first URL responds.
    fetchDocument(fetch, `${origin}${path}/.well-known/openid-configuration`),
  )
}

async function fetchDocument(fetch: Fetch, url: string): Promise<JsonObject> {
  const { status, body, mediaType } = await requestJson(fetch, url)
  if (status === 200 && body !== undefined) return body
  throw new ClientError('metadata_invalid', `${url} is not metadata: check the issuer`, { status, received: mediaType })
}

function readMetadata(source: Source, document: JsonObject): IssuerMetadata {
  const { issuer } = source
  const named = readText(document, 'issuer')
  // RFC 8414 §3.3: MUST be identical to the issuer of the request, or the metadata MUST NOT be used.
  if (named !== issuer) {
    throw issuerMismatch(`The metadata of ${issuer} names another issuer: use that name`, issuer, named)
  }
  const methods = readMember(document, 'code_challenge_methods_supported')
  return Object.freeze({
    issuer,
    endpoints: new Map(endpointNames.map((name) => [name, readEndpoint(source, document, name)] as const)),
    codeChallengeMethods: Array.isArray(methods) ? methods.map(String) : undefined,
    sendsIssuer: readMember(document, 'authorization_response_iss_parameter_supported') === true,
  })
}

function readEndpoint(
  { issuer, unsafeHttpHosts }: Source,
  document: JsonObject,
  name: EndpointName,
): string | undefined {
  const value = readMember(document, `${name}_endpoint`)
  if (value === undefined) return undefined
  // RFC 6749 §3.1, §3.2: no fragment, and TLS. An issuer elsewhere must not send requests to this machine's loopback.
  if (isSecureAddress(value, unsafeHttpHosts) && (!isLoopback(new URL(value)) || isLoopback(new URL(issuer))))
    return value
  const expected = 'an https URL (http on loopback) without a fragment, and on loopback only if the issuer is'
  throw new ClientError('metadata_invalid', `The issuer's ${name}_endpoint must be ${expected}`, { expected })
}
