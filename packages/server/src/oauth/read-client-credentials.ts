/** The client credentials in a request (RFC 6749 §2.3.1): read, not yet verified. */
import { type ClientAuthMethod, clientIdProblem } from '../domain/client.ts'
import type { Request } from '../request.ts'
import { OAuthError } from './errors.ts'
import { decoding, type Form } from './form.ts'

export interface ClientCredentials {
  /** `undefined` when a secret or an assertion was sent without an id. */
  readonly id: string | undefined
  readonly method: ClientAuthMethod | 'assertion'
  readonly secret: string | undefined
  /** The form-encoded secret of Basic, decoded, or why it cannot be. */
  readonly decodedSecret?: string | OAuthError
}

/**
 * The client credentials of the request; `undefined` when there are none.
 * @throws OAuthError `invalid_client`, `invalid_request`
 */
export function readClientCredentials(request: Request, form: Form): ClientCredentials | undefined {
  const basic = readBasic(request.header('authorization'))
  const id = form.get('client_id')
  const secret = form.get('client_secret')
  const assertion = form.get('client_assertion') ?? form.get('client_assertion_type')
  // RFC 6749 §2.3: the client MUST NOT use more than one authentication method in each request.
  if ([basic, secret, assertion].filter((method) => method !== undefined).length > 1) {
    throw new OAuthError('invalid_request', 'more than one client authentication method was used', {
      reason: 'client_authenticated_twice',
    })
  }
  if (assertion !== undefined) return { id, method: 'assertion', secret: undefined }
  if (basic) {
    if (id !== undefined && id !== basic.id) throw invalidClient('client_id_mismatch', 'the client_id of Authorization')
    // RFC 6749 §2.3.1: a public client has no secret, and its id may stand alone in Basic.
    if (basic.secret === '') return { id: basic.id, method: 'none', secret: undefined }
    return { ...basic, method: 'client_secret_basic', decodedSecret: decoding(basic.secret) }
  }
  if (secret !== undefined) return { id, method: 'client_secret_post', secret }
  return id === undefined ? undefined : { id, method: 'none', secret: undefined }
}

/**
 * RFC 6749 §5.2: unknown client, no client authentication included, or unsupported method: 401. The response is always the same, so
 * that nobody learns which clients exist or are disabled.
 */
export function invalidClient(
  reason:
    | 'unknown_client'
    | 'client_disabled'
    | 'client_secret_wrong'
    | 'client_secret_missing'
    | 'client_method_wrong'
    | 'client_id_mismatch'
    | 'assertion_unsupported'
    | 'basic_malformed',
  expected: string,
  received?: string,
): OAuthError {
  const facts = { expected, ...(received !== undefined && { received }) }
  return new OAuthError('invalid_client', 'Client authentication failed', { reason, ...facts })
}

interface BasicCredentials {
  readonly id: string
  /** As it was sent. */
  readonly secret: string
}

/**
 * Reads HTTP Basic client credentials (RFC 6749 §2.3.1: the id and the secret are form-urlencoded, so that the first colon ends the
 * id). `undefined` for another scheme, and for the empty pair that Swagger UI sends with the password form.
 * @throws OAuthError `invalid_client` when Basic is malformed
 */
export function readBasic(authorization: string | undefined): BasicCredentials | undefined {
  if (!/^basic(?![\w!#$%&'*+.^`|~-])/i.test(authorization ?? '')) return undefined
  const pair = decodeBase64(/^basic +(.*)$/i.exec(authorization ?? '')?.[1] ?? '')
  const colon = pair?.indexOf(':') ?? -1
  if (pair === undefined || colon === -1) throw invalidClient('basic_malformed', 'Basic and base64 of id:secret')
  if (pair === ':') return undefined
  return { id: idOf(pair.slice(0, colon)), secret: pair.slice(colon + 1) }
}

/** The decoded id. Where that is no valid client id, the id was not form-encoded. */
function idOf(text: string): string {
  const decoded = decoding(text)
  return typeof decoded === 'string' && clientIdProblem(decoded) === undefined ? decoded : text
}

function decodeBase64(text: string): string | undefined {
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(text) || text.length % 4 !== 0) return undefined
  const bytes = Buffer.from(text, 'base64')
  const decoded = bytes.toString('utf8')
  return Buffer.from(decoded, 'utf8').equals(bytes) ? decoded : undefined
}
