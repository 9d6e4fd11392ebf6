/** What requests and responses contain, in the words of JSON Schema. */

export type SchemaName =
  | 'AuthorizationRequest'
  | 'TokenForm'
  | 'Token'
  | 'TokenOfClient'
  | 'Introspection'
  | 'LogoutRequest'
  | 'PresentedToken'
  | 'UserInfo'
  | 'User'
  | 'Items'
  | 'Metadata'
  | 'JwkSet'
  | 'Health'
  | 'NotReady'
  | 'Empty'
  | 'Failure'

interface Schema {
  readonly type: 'object' | 'array'
  readonly required?: readonly string[]
  readonly properties?: Readonly<Record<string, Property>>
  readonly [keyword: string]: unknown
}

export interface Property {
  readonly description?: string
  readonly [keyword: string]: unknown
}

const text = { type: 'string' }
const secret = { type: 'string', format: 'password' }
const seconds = { type: 'integer' }
const optionalText = { type: ['string', 'null'] }
const described = (description: string, keywords: object = text): Property => ({ ...keywords, description })

const clientFields = { client_id: text, client_secret: described('Or with HTTP Basic', secret) }

const passwordFields = {
  username: described('Or a verified email address, where users log in with these'),
  password: secret,
}

/** The form of /token has the fields of the grant types that the deployment serves. */
function tokenForm(grantTypes: readonly string[]): Schema {
  const takesPassword = grantTypes.includes('password')
  return {
    type: 'object',
    // The tutorial's form needs no grant_type.
    required: takesPassword ? [] : ['grant_type'],
    properties: {
      grant_type: {
        type: 'string',
        enum: takesPassword ? ['password', '', ...without(grantTypes, 'password')] : grantTypes,
      },
      ...(takesPassword && passwordFields),
      scope: { type: 'string', default: '' },
      ...clientFields,
      code: described('For authorization_code'),
      redirect_uri: described('For authorization_code, as at /authorize'),
      code_verifier: described('For authorization_code with PKCE'),
      refresh_token: described('For refresh_token'),
      resource: described('The API that the token is for (RFC 8707)'),
    },
  }
}

function without(names: readonly string[], name: string): readonly string[] {
  return names.filter((one) => one !== name)
}

/** Those of a deployment that serves these grant types. */
export function schemasFor(grantTypes: readonly string[]): Readonly<Record<SchemaName, Schema>> {
  return { ...schemas, TokenForm: tokenForm(grantTypes) }
}

const schemas: Readonly<Record<Exclude<SchemaName, 'TokenForm'>, Schema>> = {
  AuthorizationRequest: {
    type: 'object',
    required: ['response_type', 'client_id'],
    properties: {
      response_type: { type: 'string', enum: ['code'] },
      client_id: text,
      redirect_uri: described('One of the client, character by character; optional without openid when there is one'),
      scope: described('With spaces between them; openid makes it OpenID Connect'),
      state: described('Is returned'),
      code_challenge: described('PKCE: base64url of a SHA-256. Public clients need it, others may send a nonce'),
      code_challenge_method: { type: 'string', enum: ['S256'] },
      nonce: described('Is returned in the ID token'),
      prompt: described('none, or some of login, consent and select_account'),
      max_age: described('Seconds since the user entered the password', { type: 'integer', minimum: 0 }),
      id_token_hint: described('Only its user is accepted'),
      login_hint: described('Is entered as the username'),
      ui_locales: described('The languages that the user reads: en, ru, ja'),
      claims: described('Single claims, as JSON (OpenID Connect Core §5.5)'),
      response_mode: { type: 'string', enum: ['query', 'form_post'] },
      resource: described('The API that the tokens are for (RFC 8707)'),
    },
  },
  Token: {
    type: 'object',
    required: ['access_token', 'token_type', 'expires_in', 'scope'],
    properties: {
      access_token: text,
      token_type: { type: 'string', const: 'bearer' },
      expires_in: described('Seconds', seconds),
      scope: text,
      refresh_token: text,
      refresh_token_expires_in: described('Seconds until the refresh token expires unused', seconds),
      id_token: text,
    },
  },
  TokenOfClient: {
    type: 'object',
    required: ['token'],
    properties: { token: described('An access token or a refresh token'), token_type_hint: text, ...clientFields },
  },
  Introspection: {
    type: 'object',
    required: ['active'],
    properties: {
      active: { type: 'boolean' },
      scope: text,
      client_id: text,
      username: text,
      token_type: { type: 'string', enum: ['bearer', 'refresh_token'] },
      exp: described('Seconds since 1970', seconds),
      iat: described('Seconds since 1970', seconds),
      sub: text,
      aud: { type: ['string', 'array'], items: text },
      iss: text,
      jti: text,
    },
  },
  LogoutRequest: {
    type: 'object',
    properties: {
      id_token_hint: described('An ID token of the client, expired or not'),
      client_id: text,
      post_logout_redirect_uri: described('One of the client'),
      state: described('Is returned'),
      ui_locales: text,
    },
  },
  PresentedToken: { type: 'object', properties: { access_token: described('Or in the header Authorization') } },
  UserInfo: {
    type: 'object',
    required: ['sub'],
    properties: {
      sub: text,
      name: text,
      preferred_username: text,
      email: text,
      email_verified: { type: 'boolean' },
      groups: { type: 'array', items: text },
      roles: { type: 'array', items: text },
    },
    additionalProperties: true,
  },
  User: {
    type: 'object',
    required: ['username', 'email', 'full_name', 'disabled'],
    properties: { username: text, email: optionalText, full_name: optionalText, disabled: { type: 'boolean' } },
  },
  Items: {
    type: 'array',
    items: {
      type: 'object',
      required: ['item_id', 'owner'],
      properties: { item_id: { type: 'integer' }, owner: { $ref: '#/components/schemas/User' } },
    },
  },
  Metadata: {
    type: 'object',
    required: ['issuer', 'authorization_endpoint', 'token_endpoint', 'jwks_uri'],
    properties: { issuer: text, authorization_endpoint: text, token_endpoint: text, jwks_uri: text },
    additionalProperties: true,
  },
  JwkSet: {
    type: 'object',
    required: ['keys'],
    properties: { keys: { type: 'array', items: { type: 'object' } } },
  },
  Health: { type: 'object', required: ['status'], properties: { status: { type: 'string', const: 'ok' } } },
  NotReady: {
    type: 'object',
    required: ['status', 'reason'],
    properties: { status: { type: 'string', const: 'unavailable' }, reason: text },
  },
  Empty: { type: 'object' },
  Failure: {
    type: 'object',
    required: ['detail', 'error', 'error_description', 'error_uri'],
    properties: { detail: text, error: text, error_description: text, error_uri: { type: 'string', format: 'uri' } },
  },
}
