/** THE route table. What is served, documented and shared across origins is said here and nowhere else. */
import type { Context } from './context.ts'
import { ownItems } from './demo/items.ts'
import { docs, docsAsset, docsFiles } from './developer/docs.ts'
import { liveTrace, traceEvents, traceScript, traceStyle } from './developer/live-trace.ts'
import { currentUser } from './endpoints/current-user.ts'
import { healthz, readyz } from './endpoints/health.ts'
import { jwks } from './endpoints/jwks.ts'
import { type Operation, openapi } from './endpoints/openapi.ts'
import { token } from './endpoints/token.ts'
import { grantsOf } from './grants/index.ts'
import type { Config } from './options.ts'
import type { Reply } from './reply.ts'
import type { Request } from './request.ts'

export type Handler = (ctx: Context, request: Request) => Reply | Promise<Reply>

export interface Route {
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly handler: Handler
  /** `no-store`: never kept. `short`: public, for five minutes. `asset`: public, for an hour. */
  readonly cache: 'no-store' | 'short' | 'asset'
  /** Which origins' scripts may read the answer. */
  readonly cors: 'none' | 'any'
  /** How OpenAPI describes it; what is not described is not in the document. */
  readonly operation?: Operation
}

/** The routes of a deployment. */
export function routesOf(config: Config): readonly Route[] {
  const routes: readonly Route[] = [
    ...coreRoutes(config),
    ...(config.demo ? demoRoutes : []),
    { method: 'GET', path: '/openapi.json', handler: () => openapi(config, routes), cache: 'no-store', cors: 'none' },
    { method: 'GET', path: '/docs', handler: docs, cache: 'no-store', cors: 'none' },
    ...docsAssets(),
  ]
  return routes
}

function coreRoutes(config: Config): readonly Route[] {
  return [
    {
      method: 'POST',
      path: '/token',
      handler: token,
      cache: 'no-store',
      cors: 'none',
      ...(grantsOf(config).has('password') && { operation: tokenOperation }),
    },
    // FastAPI sends clients that add a slash on to the path without one; so do we.
    { method: 'POST', path: '/token/', handler: () => redirect('/token'), cache: 'no-store', cors: 'none' },
    {
      method: 'GET',
      path: '/users/me',
      handler: currentUser,
      cache: 'no-store',
      cors: 'none',
    },
    {
      method: 'GET',
      path: '/users/me/',
      handler: currentUser,
      cache: 'no-store',
      cors: 'none',
      operation: {
        tag: 'Resources',
        summary: 'Read Users Me',
        description: 'The user whose token it is, read from the database now.',
        scopes: ['me'],
        answer: 'User',
      },
    },
    {
      method: 'GET',
      path: '/.well-known/jwks.json',
      handler: jwks,
      cache: 'short',
      cors: 'any',
      operation: {
        tag: 'Keys',
        summary: 'Public keys',
        description: 'The keys that verify tokens (RFC 7517 §5).',
        answer: 'JwkSet',
      },
    },
    { method: 'GET', path: '/healthz', handler: healthz, cache: 'no-store', cors: 'none' },
    { method: 'GET', path: '/readyz', handler: readyz, cache: 'no-store', cors: 'none' },
  ]
}

const tokenOperation: Operation = {
  tag: 'Log in',
  summary: 'Login For Access Token',
  description: 'Username and password for a bearer token (RFC 6749 §4.3).',
  form: 'PasswordForm',
  answer: 'Token',
}

/** What `countersign dev` adds. */
const demoRoutes: readonly Route[] = [
  { method: 'GET', path: '/', handler: () => redirect('/docs'), cache: 'no-store', cors: 'none' },
  { method: 'GET', path: '/users/me/items', handler: ownItems, cache: 'no-store', cors: 'none' },
  {
    method: 'GET',
    path: '/users/me/items/',
    handler: ownItems,
    cache: 'no-store',
    cors: 'none',
    operation: {
      tag: 'Resources',
      summary: 'Read Own Items',
      description: "The items that the token's user owns.",
      scopes: ['me', 'items'],
      answer: 'Items',
    },
  },
  { method: 'GET', path: '/_trace', handler: liveTrace, cache: 'no-store', cors: 'none' },
  { method: 'GET', path: '/_trace/events', handler: traceEvents, cache: 'no-store', cors: 'none' },
  { method: 'GET', path: '/_trace/trace.css', handler: traceStyle, cache: 'no-store', cors: 'none' },
  { method: 'GET', path: '/_trace/trace.js', handler: traceScript, cache: 'no-store', cors: 'none' },
]

function docsAssets(): readonly Route[] {
  return Object.entries(docsFiles).map(([path, file]) => ({
    method: 'GET',
    path,
    handler: docsAsset(file),
    cache: 'asset',
    cors: 'none',
  }))
}

function redirect(location: string): Reply {
  return { status: 307, headers: { location }, body: '' }
}
