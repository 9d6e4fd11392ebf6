/** Valid requests to every route, as bytes, each with its answer: what the fuzzer changes. Latin-1 text stands for bytes. */
import { basicOf } from '../../../packages/server/test/support/clients.ts'
import { redirectUri } from '../../../packages/server/test/support/code-flow.ts'
import { fromOwnPage } from '../../../packages/server/test/support/page-posts.ts'
import { alice } from '../../../packages/server/test/support/people.ts'
import { authorization, type Given, type PageForm } from './given-state.ts'

export interface FuzzedRoute {
  readonly method: string
  readonly path: string
}

export interface ValidRequest {
  readonly name: string
  readonly bytes: string
  /** What comes of it when it is not changed, as `answersTo` describes it, and the reason of a rejection. */
  readonly answer: string
}

type Headers = Readonly<Record<string, string>>

/** A request to a route. Without a form it is a GET. */
interface Sent {
  readonly query?: Readonly<Record<string, string>>
  readonly form?: Readonly<Record<string, string>>
  readonly headers?: Headers
  readonly answer: string
}

/** In the order of the routes, in which they are valid one after the other. @throws Error when a route has none */
export function requestsTo(routes: readonly FuzzedRoute[], given: Given): readonly ValidRequest[] {
  const sent: ReadonlyMap<string, readonly Sent[]> = new Map(
    Object.entries({ ...ofClients(given), ...ofPages(given), ...ofLogout(given) }),
  )
  return routes.flatMap((route) => {
    const found = sent.get(`${route.method} ${route.path}`) ?? (route.method === 'GET' ? [{ answer: '200' }] : [])
    if (found.length === 0) throw new Error(`no valid request to ${route.method} ${route.path}`)
    return found.flatMap((one) => requestsOf(given, route, one))
  })
}

/** A GET also as a HEAD, where that is served. */
function requestsOf({ host }: Given, { method, path }: FuzzedRoute, { query, form, headers, answer }: Sent) {
  const target = query ? `${path}?${new URLSearchParams(query)}` : path
  const written = { host, target, form, headers }
  const request = { name: `${method} ${path}`, bytes: wire({ ...written, method }), answer }
  if (method !== 'GET') return [request]
  const ofHead = changing.includes(path) ? '405 method_not_allowed' : answer
  return [request, { name: `HEAD ${path}`, bytes: wire({ ...written, method: 'HEAD' }), answer: ofHead }]
}

/** RFC 9110 §9.2.1: HEAD is safe, and a GET of these is not. */
const changing = ['/authorize', '/logout']

const ofScript: Headers = { Origin: new URL(redirectUri).origin }
const ofClient: Headers = { ...ofScript, Authorization: basicOf('fuzzed').authorization }

function ofClients({ checked, refreshed, revoked, codes }: Given): Readonly<Record<string, readonly Sent[]>> {
  const bearer = { ...ofScript, Authorization: `Bearer ${checked.accessToken}`, DPoP: 'e30.e30.AAAA' }
  const byClient = (answer: string, form: Readonly<Record<string, string>>): Sent => ({
    form,
    headers: ofClient,
    answer,
  })
  return {
    'GET /nowhere': [{ answer: '404 route_unknown' }],
    'GET /users/me': [{ headers: bearer, answer: '200' }],
    'GET /users/me/': [{ headers: bearer, answer: '200' }],
    'GET /userinfo': [{ headers: bearer, answer: '200' }],
    'POST /userinfo': [
      { headers: bearer, answer: '200' },
      { form: { access_token: checked.accessToken }, headers: ofScript, answer: '200' },
    ],
    'POST /token/': [byClient('307 /token', { grant_type: 'password' })],
    'POST /token': [
      byClient('200 token', { grant_type: 'password', ...alice, scope: 'me' }),
      byClient('200 token', { grant_type: 'refresh_token', refresh_token: refreshed.refreshToken, scope: 'me' }),
      byClient('200 token', { grant_type: 'client_credentials', resource: 'https://api.example.com/' }),
      ...codes.map(({ code, verifier }) =>
        byClient('200 token', {
          grant_type: 'authorization_code',
          code,
          redirect_uri: redirectUri,
          code_verifier: verifier,
        }),
      ),
    ],
    'POST /revoke': [
      byClient('200', { token: revoked.accessToken, token_type_hint: 'access_token' }),
      byClient('200', { token: revoked.refreshToken, token_type_hint: 'refresh_token' }),
    ],
    'POST /introspect': [
      byClient('200 active', { token: checked.accessToken, token_type_hint: 'access_token' }),
      byClient('200 active', { token: checked.refreshToken }),
      byClient('200', { token: revoked.accessToken }),
      byClient('200', { token: revoked.refreshToken }),
    ],
  }
}

function ofPages({ cookie, forms, checked }: Given): Readonly<Record<string, readonly Sent[]>> {
  const headers = { 'Sec-Fetch-Site': 'same-origin', Cookie: `${cookie}; other=1` }
  const shown: Sent = { query: authorization('shown'), headers, answer: '200' }
  const { login, consent, accounts } = forms
  const hinted = { claims: '{"id_token":{"sub":{"value":"x"}}}', prompt: 'login consent', max_age: '10' }
  return {
    'GET /authorize': [
      { query: authorization('asked', hinted), headers, answer: '303 /login' },
      { query: authorization('silent', { prompt: 'none' }), headers, answer: '303 https://app.example.com/cb code' },
      {
        query: authorization('posted', { response_mode: 'form_post', id_token_hint: checked.idToken }),
        headers,
        answer: '200 code',
      },
    ],
    'POST /authorize': [{ form: authorization('by post', hinted), headers, answer: '303 /authorize' }],
    'GET /login': [shown],
    'GET /select-account': [shown],
    'GET /consent': [shown],
    'POST /login': [
      posted(login, { ...alice }, '303 /authorize cookie'),
      posted(login, { decision: 'cancel' }, '303 https://app.example.com/cb access_denied access_denied'),
    ],
    'POST /select-account': [posted(accounts, {}, '303 /authorize')],
    'POST /consent': [
      posted(consent, { decision: 'allow', remember: 'yes' }, '303 /authorize'),
      posted(consent, { decision: 'deny' }, '303 /authorize'),
    ],
    'POST /language': [
      posted(accounts, { language: 'ru' }, '303 /select-account cookie'),
      posted(login, { language: 'ru', username: 'alice' }, '200 cookie'),
      posted(consent, { language: 'ja', remember: 'yes' }, '200 cookie'),
    ],
  }
}

function ofLogout({ cookie, loggedOut, forms }: Given): Readonly<Record<string, readonly Sent[]>> {
  const request = { client_id: 'fuzzed', state: 'a state', ui_locales: 'ja' }
  const hinted = {
    ...request,
    id_token_hint: loggedOut.idToken,
    post_logout_redirect_uri: 'https://app.example.com/out',
  }
  return {
    'GET /logout': [
      { query: request, headers: { Cookie: cookie }, answer: '200' },
      { query: hinted, headers: { Cookie: loggedOut.cookie }, answer: '303 https://app.example.com/out cookie ended' },
    ],
    'POST /logout': [{ form: hinted, headers: { Cookie: loggedOut.cookie }, answer: '303 /logout' }],
    'POST /logout/confirm': [
      posted(forms.stay, { decision: 'stay' }, '200'),
      posted(forms.logout, { decision: 'logout' }, '200 cookie ended'),
    ],
  }
}

function posted({ cookie, fields }: PageForm, chosen: Readonly<Record<string, string>>, answer: string): Sent {
  return { form: { ...fields, ...chosen }, headers: { ...fromOwnPage, Cookie: `other=1; ${cookie}` }, answer }
}

interface Written {
  readonly host: string
  readonly method: string
  readonly target: string
  readonly form: Sent['form']
  readonly headers: Headers | undefined
}

function wire({ host, method, target, form, headers: own }: Written): string {
  const body = form ? `${new URLSearchParams(form)}` : ''
  const headers = {
    Host: host,
    'User-Agent': 'fuzz/1.0',
    Accept: 'text/html, application/json;q=0.9, */*;q=0.1',
    'Accept-Language': 'ru-RU, en;q=0.5',
    traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    'X-Forwarded-For': '203.0.113.7',
    Forwarded: 'for="[2001:db8::1]:80";proto=https',
    ...own,
    ...(form && { 'Content-Type': 'application/x-www-form-urlencoded' }),
    ...(method === 'POST' && { 'Content-Length': String(body.length) }),
  }
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  return `${method} ${target} HTTP/1.1\r\n${lines.join('')}\r\n${body}`
}
