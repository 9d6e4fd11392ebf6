/** THE route table. What is served and shared across origins is said here and nowhere else; `openapi/` describes it. */

import { authorize, authorizeByPost } from './authorize/authorize.ts'
import { chooseLanguageOfPages } from './authorize/choose-language.ts'
import { consent, showConsent } from './authorize/consent-page.ts'
import { login, showLogin } from './authorize/login.ts'
import { selectAccount, showAccounts } from './authorize/select-account.ts'
import { formPostFile, pageScriptFile, stylesheet } from './browser/assets.ts'
import { home } from './browser/home.ts'
import type { Config } from './config/options.ts'
import { OptionsError } from './config/options-error.ts'
import type { Context } from './context.ts'
import { ownItems } from './demo/items.ts'
import { demo, demoScript, demoStyle } from './developer/demo.ts'
import { docs, docsAsset, docsFiles } from './developer/docs.ts'
import { errorsReference, errorsStyle } from './developer/errors-reference.ts'
import { developerHome, developerHomeFile } from './developer/home.ts'
import { liveTrace, traceEvents, traceScript, traceStyle } from './developer/live-trace.ts'
import { currentUser } from './endpoints/current-user.ts'
import { discovery, discoveryPaths, type EndpointName } from './endpoints/discovery.ts'
import { healthz, readyz } from './endpoints/health.ts'
import { introspect } from './endpoints/introspect.ts'
import { jwks } from './endpoints/jwks.ts'
import { metrics } from './endpoints/metrics.ts'
import { openapi } from './endpoints/openapi.ts'
import { revocations } from './endpoints/revocations.ts'
import { revoke } from './endpoints/revoke.ts'
import { token } from './endpoints/token.ts'
import { userinfo } from './endpoints/userinfo.ts'
import { confirmLogout, logout, logoutByPost } from './logout/logout.ts'
import { languages } from './pages/language.ts'
import type { Reply } from './reply.ts'
import type { Request } from './request.ts'

type Handler = (ctx: Context, request: Request) => Reply | Promise<Reply>

export interface Route {
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly handler: Handler
  /** For a GET that changes stored data: HEAD, which must be safe (RFC 9110 §9.2.1), is not served. @default false */
  readonly changesState?: boolean
  /** `no-store`: not cached. `short`: public, for five minutes. `asset`: public, for an hour. */
  readonly cache: 'no-store' | 'short' | 'asset'
  /** The origins whose scripts may read the response; `clients`: those of the redirect URIs of clients. */
  readonly cors: 'none' | 'clients' | 'any'
  /** The form of an error: for a program, or for a browser. @default 'json' */
  readonly errors?: 'json' | 'page'
  /** Served however busy the server is, for those who watch over it. @default false */
  readonly isEssential?: boolean
  /** Part of checking a token: it must not wait behind the requests for tokens. @default false */
  readonly isCheck?: boolean
  /** Its name in the discovery documents (`endpoints/discovery.ts`). */
  readonly advertisedAs?: EndpointName
}

/** The routes of a deployment. @throws OptionsError when `metricsPath` is one of the others */
export function routesOf(config: Config): readonly Route[] {
  const others: readonly Route[] = [
    ...coreRoutes,
    ...pageRoutes,
    ...discoveryPaths(config).map((path): Route => {
      return { method: 'GET', path, handler: () => discovery(config, routes, languages), cache: 'short', cors: 'any' }
    }),
    ...(config.demo ? demoRoutes : [pageRoute('GET', '/', home)]),
    { method: 'GET', path: '/openapi.json', handler: () => openapi(config, routes), cache: 'no-store', cors: 'none' },
    { method: 'GET', path: '/docs', handler: docs, cache: 'no-store', cors: 'none' },
    ...docsAssets(),
  ]
  const routes = [...others, ...metricsRoutes(config, others)]
  return routes
}

const coreRoutes: readonly Route[] = [
  {
    method: 'POST',
    path: '/token',
    handler: token,
    cache: 'no-store',
    cors: 'clients',
    advertisedAs: 'token_endpoint',
  },
  // FastAPI sends clients that add a slash on to the path without one; so do we.
  { method: 'POST', path: '/token/', handler: (ctx) => redirect(ctx, '/token'), cache: 'no-store', cors: 'none' },
  {
    method: 'POST',
    path: '/revoke',
    handler: revoke,
    cache: 'no-store',
    cors: 'clients',
    advertisedAs: 'revocation_endpoint',
  },
  {
    method: 'GET',
    path: '/revocations',
    handler: revocations,
    isCheck: true,
    // A cache that has an old one confirmed by its tag would hand on its old time, which guards reject.
    cache: 'no-store',
    cors: 'any',
    advertisedAs: 'revocation_feed_uri',
  },
  {
    method: 'POST',
    path: '/introspect',
    handler: introspect,
    isCheck: true,
    cache: 'no-store',
    cors: 'none',
    advertisedAs: 'introspection_endpoint',
  },
  {
    method: 'GET',
    path: '/userinfo',
    handler: userinfo,
    isCheck: true,
    cache: 'no-store',
    cors: 'clients',
    advertisedAs: 'userinfo_endpoint',
  },
  { method: 'POST', path: '/userinfo', handler: userinfo, isCheck: true, cache: 'no-store', cors: 'clients' },
  {
    method: 'GET',
    path: '/users/me',
    handler: currentUser,
    isCheck: true,
    cache: 'no-store',
    cors: 'clients',
  },
  {
    method: 'GET',
    path: '/users/me/',
    handler: currentUser,
    isCheck: true,
    cache: 'no-store',
    cors: 'clients',
  },
  {
    method: 'GET',
    path: '/.well-known/jwks.json',
    handler: jwks,
    isCheck: true,
    cache: 'short',
    cors: 'any',
    advertisedAs: 'jwks_uri',
  },
  { method: 'GET', path: '/errors', handler: errorsReference, cache: 'short', cors: 'none' },
  { method: 'GET', path: '/errors/style.css', handler: errorsStyle, cache: 'asset', cors: 'none' },
  { method: 'GET', path: '/healthz', handler: healthz, cache: 'no-store', cors: 'none', isEssential: true },
  { method: 'GET', path: '/readyz', handler: readyz, cache: 'no-store', cors: 'none', isEssential: true },
]

/** The pages of login and logout. */
const pageRoutes: readonly Route[] = [
  { ...pageRoute('GET', '/authorize', authorize), changesState: true, advertisedAs: 'authorization_endpoint' },
  pageRoute('POST', '/authorize', authorizeByPost),
  pageRoute('GET', '/login', showLogin),
  pageRoute('POST', '/login', login),
  pageRoute('GET', '/select-account', showAccounts),
  pageRoute('POST', '/select-account', selectAccount),
  pageRoute('GET', '/consent', showConsent),
  pageRoute('POST', '/consent', consent),
  { ...pageRoute('GET', '/logout', logout), changesState: true, advertisedAs: 'end_session_endpoint' },
  pageRoute('POST', '/logout', logoutByPost),
  pageRoute('POST', '/logout/confirm', confirmLogout),
  pageRoute('POST', '/language', chooseLanguageOfPages),
  { method: 'GET', path: '/pages/style.css', handler: stylesheet, cache: 'asset', cors: 'none' },
  { method: 'GET', path: '/pages/page.js', handler: pageScriptFile, cache: 'asset', cors: 'none' },
  { method: 'GET', path: '/pages/form-post.js', handler: formPostFile, cache: 'asset', cors: 'none' },
]

function pageRoute(method: Route['method'], path: string, handler: Handler): Route {
  return { method, path, handler, cache: 'no-store', cors: 'none', errors: 'page' }
}

/** What `countersign dev` adds. */
const demoRoutes: readonly Route[] = [
  { method: 'GET', path: '/', handler: developerHome, cache: 'no-store', cors: 'none' },
  { method: 'GET', path: '/pages/home.css', handler: developerHomeFile, cache: 'asset', cors: 'none' },
  { method: 'GET', path: '/users/me/items', handler: ownItems, isCheck: true, cache: 'no-store', cors: 'clients' },
  {
    method: 'GET',
    path: '/users/me/items/',
    handler: ownItems,
    isCheck: true,
    cache: 'no-store',
    cors: 'clients',
  },
  { method: 'GET', path: '/demo', handler: demo, cache: 'no-store', cors: 'none' },
  { method: 'GET', path: '/demo/demo.css', handler: demoStyle, cache: 'no-store', cors: 'none' },
  { method: 'GET', path: '/demo/demo.js', handler: demoScript, cache: 'no-store', cors: 'none' },
  { method: 'GET', path: '/_trace', handler: liveTrace, cache: 'no-store', cors: 'none' },
  { method: 'GET', path: '/_trace/events', handler: traceEvents, cache: 'no-store', cors: 'none' },
  { method: 'GET', path: '/_trace/trace.css', handler: traceStyle, cache: 'no-store', cors: 'none' },
  { method: 'GET', path: '/_trace/trace.js', handler: traceScript, cache: 'no-store', cors: 'none' },
]

function metricsRoutes({ metricsPath }: Config, others: readonly Route[]): readonly Route[] {
  if (metricsPath === undefined) return []
  if (others.some(({ path }) => path === metricsPath)) {
    const message = `must be a path of its own, such as /metrics: ${metricsPath} is one of the server's already`
    throw new OptionsError([{ option: 'metricsPath', message }])
  }
  return [{ method: 'GET', path: metricsPath, handler: metrics, cache: 'no-store', cors: 'none', isEssential: true }]
}

function docsAssets(): readonly Route[] {
  return Object.entries(docsFiles).map(([path, file]) => ({
    method: 'GET',
    path,
    handler: docsAsset(file),
    cache: 'asset',
    cors: 'none',
  }))
}

function redirect({ config }: Context, path: string): Reply {
  return { status: 307, headers: { location: `${config.basePath}${path}` }, body: '' }
}
