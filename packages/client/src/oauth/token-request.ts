/** Requests tokens from the token endpoint, for every grant type, and reads the response strictly (RFC 6749 §3.2, §5). */
import type { OAuthConfig } from './config.ts'
import { type IdTokenExpectation, readIdToken } from './id-token.ts'
import { type JsonObject, readMember, readText } from './json.ts'
import { requireEndpoint } from './metadata.ts'
import { type FormParameters, postForm, rejectMember } from './post-form.ts'
import { bearerSyntax, type Tokens, timesOf } from './tokens.ts'

/** What the response is compared with. */
export interface TokenExpectation extends IdTokenExpectation {
  /** The requested scopes: granted, if the response does not say. */
  readonly scopes?: readonly string[]
  /** Whether a response without an ID token is rejected. */
  readonly needsIdToken?: boolean
}

/**
 * @param parameters by their names on the wire, with `grant_type`; `resource` and those that authenticate the client are added
 * @throws ClientError; the issuer's error code is in `error`
 */
export async function requestTokens(
  config: OAuthConfig,
  parameters: FormParameters,
  expected: TokenExpectation = {},
): Promise<Tokens> {
  const { body, date } = await postForm(config, await requireEndpoint(config, 'token'), {
    ...parameters,
    resource: config.resources,
  })
  const accessToken = readText(body, 'access_token')
  // RFC 6749 §5.1: REQUIRED.
  if (accessToken === undefined || !bearerSyntax.test(accessToken)) rejectMember('access_token', 'a bearer token')
  // RFC 6749 §7.1: a client MUST NOT use an access token if it does not know its type. §5.1: in any letter case.
  if (readText(body, 'token_type')?.toLowerCase() !== 'bearer') rejectMember('token_type', 'Bearer')

  const lifetime = readMember(body, 'expires_in')
  // RFC 6749 §5.1: in seconds. A token that expires at once would be renewed in an endless loop.
  if (lifetime !== undefined && !(typeof lifetime === 'number' && lifetime >= 1 && lifetime < Infinity))
    rejectMember('expires_in', 'a number of seconds')
  const idToken = readOptionalText(body, 'id_token')
  if (expected.needsIdToken && idToken === undefined) rejectMember('id_token', 'present for openid')
  const refreshToken = readOptionalText(body, 'refresh_token')

  return {
    accessToken,
    tokenType: 'Bearer',
    ...(typeof lifetime === 'number' && timesOf(Math.floor(config.now()), lifetime)),
    // RFC 6749 §5.1: optional if identical to the requested scope.
    scopes: readOptionalText(body, 'scope')?.split(' ') ?? expected.scopes ?? [],
    ...(refreshToken !== undefined && { refreshToken }),
    ...(idToken !== undefined && {
      idToken,
      claims: await readIdToken(config, idToken, accessToken, { ...expected, date }),
    }),
  }
}

/** The scopes of a scope parameter. */
export function splitScope(scope: string): readonly string[] {
  return scope.split(' ')
}

function readOptionalText(body: JsonObject, name: string): string | undefined {
  const value = readMember(body, name)
  if (value !== undefined && typeof value !== 'string') rejectMember(name, 'a string')
  return value === '' ? undefined : value
}
