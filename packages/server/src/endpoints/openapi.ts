/** GET /openapi.json: OpenAPI 3.1, derived from the route table. */

import type { Config } from '../config/options.ts'
import { version } from '../config/version.ts'
import { inEnglish } from '../domain/translated.ts'
import { grantsOf } from '../grants/index.ts'
import { json, type Reply } from '../reply.ts'

export type SchemaName = 'PasswordForm' | 'Token' | 'User' | 'Items' | 'JwkSet' | 'Failure'

/** The OpenAPI description of a route. */
export interface Operation {
  /** The heading that the route is listed under. */
  readonly tag: 'Log in' | 'Resources' | 'Keys'
  readonly summary: string
  readonly description: string
  /** The scopes that the token needs; `undefined`: the route needs no token. */
  readonly scopes?: readonly string[]
  /** The schema of the request's form. */
  readonly form?: SchemaName
  /** The schema of the response. */
  readonly response: SchemaName
}

interface DescribedRoute {
  readonly method: string
  readonly path: string
  readonly operation?: Operation
}

const scheme = 'OAuth2PasswordBearer'

export function openapi(config: Config, routes: readonly DescribedRoute[]): Reply {
  const paths: Record<string, object> = {}
  for (const { method, path, operation } of routes) {
    if (operation) paths[path] = { [method.toLowerCase()]: describe(operation) }
  }
  return json({
    openapi: '3.1.0',
    info: {
      title: 'Countersign',
      version,
      description: 'Log in with username and password, get a token, use it.',
    },
    // Without `servers`, the paths would begin at the root of the host.
    ...(config.basePath !== '' && { servers: [{ url: config.basePath }] }),
    paths,
    components: { schemas, securitySchemes: { [scheme]: securityScheme(config) } },
  })
}

/** The tokenUrl is relative, so that it works behind any proxy. Without the password grant, the user enters a token. */
function securityScheme(config: Config): object {
  if (!grantsOf(config).has('password')) return { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' }
  const scopes = Object.fromEntries(Object.entries(config.scopes).map(([name, text]) => [name, inEnglish(text)]))
  return { type: 'oauth2', flows: { password: { tokenUrl: 'token', scopes } } }
}

function describe(operation: Operation): object {
  const failures = {
    ...(operation.form && { 400: failure('The request is invalid') }),
    ...((operation.form ?? operation.scopes) && { 401: failure('Not authenticated') }),
    ...(operation.scopes && { 403: failure('The token lacks a scope') }),
    ...(operation.form && { 503: failure('Too many logins at once') }),
  }
  return {
    tags: [operation.tag],
    summary: operation.summary,
    description: operation.description,
    ...(operation.form && {
      requestBody: {
        required: true,
        content: { 'application/x-www-form-urlencoded': { schema: reference(operation.form) } },
      },
    }),
    responses: { 200: { description: 'Success', content: jsonOf(operation.response) }, ...failures },
    ...(operation.scopes && { security: [{ [scheme]: operation.scopes }] }),
  }
}

function failure(description: string): object {
  return { description, content: jsonOf('Failure') }
}

function jsonOf(name: SchemaName): object {
  return { 'application/json': { schema: reference(name) } }
}

function reference(name: SchemaName): object {
  return { $ref: `#/components/schemas/${name}` }
}

const text = { type: 'string' }
const optionalText = { type: ['string', 'null'] }

const schemas: Readonly<Record<SchemaName, object>> = {
  PasswordForm: {
    type: 'object',
    required: ['username', 'password'],
    properties: {
      grant_type: { type: 'string', enum: ['password', ''] },
      username: text,
      password: { type: 'string', format: 'password' },
      scope: { type: 'string', default: '' },
      client_id: text,
      client_secret: { type: 'string', format: 'password' },
    },
  },
  Token: {
    type: 'object',
    required: ['access_token', 'token_type', 'expires_in', 'scope'],
    properties: {
      access_token: text,
      token_type: { type: 'string', const: 'bearer' },
      expires_in: { type: 'integer', description: 'Seconds' },
      scope: text,
      refresh_token: text,
      refresh_token_expires_in: { type: 'integer', description: 'Seconds until the refresh token expires unused' },
    },
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
  JwkSet: {
    type: 'object',
    required: ['keys'],
    properties: { keys: { type: 'array', items: { type: 'object' } } },
  },
  Failure: {
    type: 'object',
    required: ['detail', 'error', 'error_description', 'error_uri'],
    properties: { detail: text, error: text, error_description: text, error_uri: { type: 'string', format: 'uri' } },
  },
}
