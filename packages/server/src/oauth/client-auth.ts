/** Who the client at the token endpoint is (RFC 6749 §2.3, §3.2.1). */
import type { Context } from '../context.ts'
import { type Client, firstPartyClient } from '../domain/client.ts'
import type { Request } from '../request.ts'
import { OAuthError } from './errors.ts'
import { decode, type Form } from './form.ts'

declare const authenticated: unique symbol

/** A client that `authenticateClient` let through: nothing else makes one. */
export type AuthenticatedClient = Client & { readonly [authenticated]: true }

/**
 * Authenticates the client of a request. A request without client credentials is the deployment's own software's, if
 * the deployment allows it. @throws OAuthError `invalid_client`, `invalid_request`
 */
export function authenticateClient(ctx: Context, request: Request, form: Form): AuthenticatedClient {
  const basic = readBasic(request.header('authorization'))
  const secret = form.get('client_secret')
  const assertion = form.get('client_assertion') ?? form.get('client_assertion_type')
  const methods = [basic, secret, assertion].filter((method) => method !== undefined)
  // RFC 6749 §2.3: the client MUST NOT use more than one authentication method in each request.
  if (methods.length > 1) {
    throw new OAuthError('invalid_request', 'more than one client authentication method was used', {
      reason: 'client_authenticated_twice',
    })
  }
  if (methods.length > 0 || form.get('client_id') !== undefined) throw unknownClient()
  if (ctx.config.passwordGrant === 'off') throw unknownClient()
  // This is the one place that may make the brand.
  return firstPartyClient as AuthenticatedClient
}

/** RFC 6749 §5.2: unknown client, no client authentication included, or unsupported method: 401. */
function unknownClient(): OAuthError {
  return new OAuthError('invalid_client', 'Client authentication failed', {
    reason: 'unknown_client',
    expected: 'no client credentials, or those of a registered client',
  })
}

export interface BasicCredentials {
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
  if (pair === undefined || colon === -1) {
    throw new OAuthError('invalid_client', 'Client authentication failed', {
      reason: 'basic_malformed',
      expected: 'Basic and base64 of id:secret',
    })
  }
  if (pair === ':') return undefined
  return { id: decode(pair.slice(0, colon)), secret: decode(pair.slice(colon + 1)) }
}

function decodeBase64(text: string): string | undefined {
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(text) || text.length % 4 !== 0) return undefined
  const bytes = Buffer.from(text, 'base64')
  const decoded = bytes.toString('utf8')
  return Buffer.from(decoded, 'utf8').equals(bytes) ? decoded : undefined
}
