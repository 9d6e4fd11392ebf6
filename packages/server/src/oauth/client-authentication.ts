/** The client credentials that a request carries (RFC 6749 §2.3.1): read, not yet believed. */
import type { ClientAuthMethod } from '../domain/client.ts'
import type { Request } from '../request.ts'
import { OAuthError } from './errors.ts'
import { decode, type Form } from './form.ts'

export interface ClientCredentials {
  /** `undefined` where a secret or an assertion came without one. */
  readonly id: string | undefined
  readonly method: ClientAuthMethod | 'assertion'
  readonly secret: string | undefined
}

/**
 * What the request says of its client; `undefined` when it says nothing.
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
    return { ...basic, method: 'client_secret_basic' }
  }
  if (secret !== undefined) return { id, method: 'client_secret_post', secret }
  return id === undefined ? undefined : { id, method: 'none', secret: undefined }
}

/**
 * RFC 6749 §5.2: unknown client, no client authentication included, or unsupported method: 401. All alike, so that
 * nobody learns which clients exist or are disabled.
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
): OAuthError {
  return new OAuthError('invalid_client', 'Client authentication failed', { reason, expected })
}

interface BasicCredentials {
  readonly id: string
  readonly secret: string
}

/**
 * Reads HTTP Basic client credentials (RFC 6749 §2.3.1: both halves are form-urlencoded). Another scheme, or the empty
 * pair that Swagger UI sends beside the password form, is no client authentication: `undefined`.
 * @throws OAuthError `invalid_client` when it is Basic but can't be read, `invalid_request` when a half is not form-urlencoded
 */
export function readBasic(authorization: string | undefined): BasicCredentials | undefined {
  if (!/^basic(?![\w!#$%&'*+.^`|~-])/i.test(authorization ?? '')) return undefined
  const pair = decodeBase64(/^basic +(.*)$/i.exec(authorization ?? '')?.[1] ?? '')
  const colon = pair?.indexOf(':') ?? -1
  if (pair === undefined || colon === -1) throw invalidClient('basic_malformed', 'Basic and base64 of id:secret')
  if (pair === ':') return undefined
  return { id: decode(pair.slice(0, colon)), secret: decode(pair.slice(colon + 1)) }
}

function decodeBase64(text: string): string | undefined {
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(text) || text.length % 4 !== 0) return undefined
  const bytes = Buffer.from(text, 'base64')
  const decoded = bytes.toString('utf8')
  return Buffer.from(decoded, 'utf8').equals(bytes) ? decoded : undefined
}
