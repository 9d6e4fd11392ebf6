/** Valid requests to every route, as bytes: what the fuzzer changes. Latin-1 text stands for bytes. */
import { basicOf } from '../../../packages/server/test/support/clients.ts'

export interface FuzzedRoute {
  readonly method: string
  readonly path: string
}

/** What the requests carry: valid, so that what is changed gets as far as it can. */
export interface Carried {
  readonly host: string
  readonly accessToken: string
  readonly refreshToken: string
  readonly idToken: string
  readonly cookie: string
}

const authorization = {
  client_id: 'fuzzed',
  redirect_uri: 'https://app.example.com/cb',
  response_type: 'code',
  response_mode: 'form_post',
  scope: 'openid me',
  state: 'a state',
  nonce: 'a nonce',
  prompt: 'login consent',
  max_age: '10',
  ui_locales: 'ru en',
  claims: '{"userinfo":{"email":null},"id_token":{"sub":{"value":"x"}}}',
  code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
  code_challenge_method: 'S256',
}

const pages = ['/authorize', '/login', '/consent', '/select-account']

export function requestsTo(routes: readonly FuzzedRoute[], carried: Carried): readonly string[] {
  return routes.flatMap(({ method, path }) => {
    const query = pages.includes(path) ? `?${new URLSearchParams(authorization)}` : ''
    if (method === 'GET') return [wire(carried, 'GET', path + query), wire(carried, 'HEAD', path + query)]
    return formsFor(path, carried).map((form) =>
      wire(carried, 'POST', path === '/authorize' ? path : path + query, form),
    )
  })
}

function formsFor(path: string, { accessToken, refreshToken, idToken }: Carried): readonly Record<string, string>[] {
  const page = { csrf: 'a token', request: `${new URLSearchParams(authorization)}` }
  switch (path) {
    case '/token':
      return [
        { grant_type: 'password', username: 'alice', password: 'secret', scope: 'me' },
        { grant_type: 'refresh_token', refresh_token: refreshToken, scope: 'me' },
        { grant_type: 'client_credentials', resource: 'https://api.example.com/' },
        {
          grant_type: 'authorization_code',
          code: 'ac_AAAA',
          redirect_uri: authorization.redirect_uri,
          code_verifier: 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk',
        },
      ]
    case '/revoke':
    case '/introspect':
      return [{ token: accessToken, token_type_hint: 'access_token' }, { token: `${refreshToken}x` }]
    case '/authorize':
      return [{ ...authorization, id_token_hint: idToken }]
    case '/userinfo':
      return [{ access_token: accessToken }]
    default:
      return [
        {
          ...page,
          username: 'alice',
          password: 'secret',
          decision: 'allow',
          remember: 'yes',
          account: '1',
          language: 'ru',
        },
      ]
  }
}

function wire(
  { host, accessToken, cookie }: Carried,
  method: string,
  target: string,
  form?: Record<string, string>,
): string {
  const body = form ? `${new URLSearchParams(form)}` : ''
  const isOfClient = /^\/(token|revoke|introspect)/.test(target)
  const headers = {
    Host: host,
    'User-Agent': 'fuzz/1.0',
    Accept: 'text/html, application/json;q=0.9, */*;q=0.1',
    'Accept-Language': 'ru-RU, en;q=0.5',
    Authorization: isOfClient ? basicOf('fuzzed').authorization : `Bearer ${accessToken}`,
    Cookie: `${cookie}; other=1`,
    DPoP: 'e30.e30.AAAA',
    traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    'X-Forwarded-For': '203.0.113.7',
    Forwarded: 'for="[2001:db8::1]:80";proto=https',
    Origin: `http://${host}`,
    'Sec-Fetch-Site': 'same-origin',
    ...(form && { 'Content-Type': 'application/x-www-form-urlencoded', 'Content-Length': String(body.length) }),
  }
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  return `${method} ${target} HTTP/1.1\r\n${lines.join('')}\r\n${body}`
}
