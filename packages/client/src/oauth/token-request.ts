/** Asks the token endpoint for tokens, whatever the grant, and reads its answer strictly (RFC 6749 §3.2, §5). */
import { ClientError } from '../errors.ts'
import type { OAuthConfig } from './config.ts'
import { type IdTokenExpectation, readIdToken } from './id-token.ts'
import { type JsonObject, readMember, readText } from './json.ts'
import { requireEndpoint } from './metadata.ts'
import { type FormParameters, postForm } from './post-form.ts'
import { bearerSyntax, type Tokens, timesOf } from './tokens.ts'

/** What the answer is held against. */
export interface TokenExpectation extends IdTokenExpectation {
  /** The scopes that were asked for: granted, if the answer does not tell. */
  readonly scopes?: readonly string[]
  /** Whether an answer without an ID token is refused. */
  readonly needsIdToken?: boolean
}

/**
 * @param parameters by their names on the wire, `grant_type` among them; the client's own are added
 * @throws ClientError; the issuer's own word for a refusal is in `error`
 */
export async function requestTokens(
  config: OAuthConfig,
  parameters: FormParameters,
  expected: TokenExpectation = {},
): Promise<Tokens> {
  const body = await postForm(config, await requireEndpoint(config, 'tokenEndpoint'), parameters)
  const accessToken = readText(body, 'access_token')
  // RFC 6749 §5.1: REQUIRED.
  if (accessToken === undefined || !bearerSyntax.test(accessToken)) refuse('access_token', 'a bearer token')
  // RFC 6749 §7.1: a client MUST NOT use an access token whose type it does not understand. §5.1: in any letter case.
  if (readText(body, 'token_type')?.toLowerCase() !== 'bearer') refuse('token_type', 'Bearer')

  const lifetime = readMember(body, 'expires_in')
  // RFC 6749 §5.1: in seconds. Tokens that end at once would be renewed without end.
  if (lifetime !== undefined && !(typeof lifetime === 'number' && lifetime >= 1 && lifetime < Infinity))
    refuse('expires_in', 'a number of seconds')
  const idToken = readOptionalText(body, 'id_token')
  if (expected.needsIdToken && idToken === undefined) refuse('id_token', 'there for openid')
  const refreshToken = readOptionalText(body, 'refresh_token')

  return {
    accessToken,
    tokenType: 'Bearer',
    ...(typeof lifetime === 'number' && timesOf(Math.floor(config.now()), lifetime)),
    // RFC 6749 §5.1: left out if identical to the scope that was asked for.
    scopes: readOptionalText(body, 'scope')?.split(' ') ?? expected.scopes ?? [],
    ...(refreshToken !== undefined && { refreshToken }),
    ...(idToken !== undefined && { idToken, claims: await readIdToken(config, idToken, accessToken, expected) }),
  }
}

/** The scopes of a scope parameter. */
export function splitScope(scope: string): readonly string[] {
  return scope.split(' ')
}

function readOptionalText(body: JsonObject, name: string): string | undefined {
  const value = readMember(body, name)
  if (value !== undefined && typeof value !== 'string') refuse(name, 'a text')
  return value === '' ? undefined : value
}

function refuse(member: string, expected: string): never {
  const message = `The issuer's token answer is wrong: ${member} must be ${expected}`
  throw new ClientError('answer_invalid', message, { expected })
}
