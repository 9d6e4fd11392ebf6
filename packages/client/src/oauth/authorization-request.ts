/** Begins a login with the authorization code flow (RFC 6749 §4.1) and PKCE (RFC 7636): where the browser goes, and what to remember. */
import { ClientError } from '../errors.ts'
import type { OAuthConfig } from './config.ts'
import { hashText, randomText } from './encoding.ts'
import { readText } from './json.ts'
import { type IssuerMetadata, requireEndpoint } from './metadata.ts'
import { type FormParameters, postForm, rejectMember, withQuery } from './post-form.ts'
import { splitScope } from './token-request.ts'

/** Options of one login. Times are in seconds. */
export interface LoginOptions {
  /** @default the client's `redirectUri` */
  readonly redirectUri?: string
  /** @default the client's `scope` */
  readonly scope?: string
  /** `login` requires the password again, `consent` requires consent again, `none` shows no page (OIDC Core §3.1.2.1). */
  readonly prompt?: 'none' | 'login' | 'consent' | 'select_account' | 'create'
  /** The username or e-mail address, if known: for the login form. */
  readonly loginHint?: string
  /** How old the user's last login may be. */
  readonly maxAge?: number
  /** Languages for the issuer's pages, separated by spaces. */
  readonly uiLocales?: string
  /** More parameters, by their names on the wire. They cannot replace those that are set here. */
  readonly extra?: Readonly<Record<string, string>>
}

/** What to remember until the browser comes back: plain data, which only this client and this browser may read. */
export interface LoginTransaction {
  readonly state: string
  readonly nonce: string
  readonly codeVerifier: string
  readonly issuer: string
  readonly redirectUri: string
  readonly scope: string
  /** In seconds since the epoch. */
  readonly startedAt: number
  readonly maxAge?: number | undefined
}

/** A login that has begun. */
export interface BegunLogin {
  /** Where the browser goes. */
  readonly url: string
  readonly transaction: LoginTransaction
}

/**
 * @throws ClientError when the issuer cannot be reached, has no such endpoint or does not support PKCE
 * @throws TypeError when no redirect URI is known, or `extra` has a parameter that is set here
 */
export async function beginLogin(config: OAuthConfig, options: LoginOptions = {}): Promise<BegunLogin> {
  const { redirectUri = config.redirectUri, scope = config.scope, maxAge } = options
  if (redirectUri === undefined) throw new TypeError('redirectUri is missing')
  const endpoint = await requireEndpoint(config, 'authorization')
  const metadata = await config.metadata()
  requirePkce(metadata)

  const transaction: LoginTransaction = {
    state: randomText(),
    nonce: randomText(),
    codeVerifier: randomText(),
    issuer: config.issuer,
    redirectUri,
    scope,
    startedAt: Math.floor(config.now()),
    maxAge,
  }
  const parameters = await toParameters(config, options, transaction)
  const pushEndpoint = metadata.endpoints.get('pushed_authorization_request')
  const sent = pushEndpoint ? await pushRequest(config, pushEndpoint, parameters) : parameters
  return { url: withQuery(endpoint, sent), transaction }
}

function requirePkce({ issuer, codeChallengeMethods }: IssuerMetadata): void {
  // RFC 9700 §2.1.1: clients MUST ensure that the server supports PKCE. S256 is the only method that hides the verifier.
  if (codeChallengeMethods?.includes('S256') === false) {
    const received = `${codeChallengeMethods}`.slice(0, 200)
    throw new ClientError('pkce_unsupported', `${issuer} does not offer PKCE with S256`, { expected: 'S256', received })
  }
}

async function toParameters(
  config: OAuthConfig,
  { prompt, loginHint, maxAge, uiLocales, extra = {} }: LoginOptions,
  { state, nonce, codeVerifier, redirectUri, scope }: LoginTransaction,
): Promise<FormParameters> {
  const parameters: FormParameters = {
    response_type: 'code',
    client_id: config.clientId,
    redirect_uri: redirectUri,
    scope,
    state,
    nonce: splitScope(scope).includes('openid') ? nonce : undefined,
    // RFC 7636 §4.2: BASE64URL-ENCODE(SHA256(ASCII(code_verifier)))
    code_challenge: await hashText('SHA-256', codeVerifier),
    code_challenge_method: 'S256',
    resource: config.resources,
    prompt,
    login_hint: loginHint,
    max_age: maxAge?.toString(),
    ui_locales: uiLocales,
  }
  for (const name of Object.keys(extra)) {
    if (Object.hasOwn(parameters, name)) throw new TypeError(`extra must not have ${name}`)
  }
  return { ...parameters, ...extra }
}

/** RFC 9126 §2: the issuer stores the parameters, and the browser brings only a reference to them. */
async function pushRequest(config: OAuthConfig, endpoint: string, parameters: FormParameters): Promise<FormParameters> {
  const { body } = await postForm(config, endpoint, parameters)
  const requestUri = readText(body, 'request_uri')
  if (requestUri === undefined) rejectMember('request_uri', 'a string')
  // RFC 9126 §4: client_id, and no other parameter of the pushed request.
  return { client_id: config.clientId, request_uri: requestUri }
}
