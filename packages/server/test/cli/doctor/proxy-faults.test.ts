/** `countersign doctor` through a proxy with TLS: each fault of a proxy is found by its check. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { examine, page, start, wrong } from '../../support/doctor.ts'
import type { Fault, ProxiedResponse } from '../../support/proxy.ts'

const shared = await start({ after })

/** Each response has this value, or not the header at all. */
function overwriting(name: string, value: (path: string) => string | undefined): Fault {
  return {
    response: ({ headers }, { path }) => {
      const given = value(path)
      if (given === undefined) delete headers[name]
      else headers[name] = given
    },
  }
}

const isPost = (path: string, method: string, of: string) => method === 'POST' && path === of

const kept = new Map<string, ProxiedResponse>()

/** What must be found, by the start of the finding. */
const faults: readonly { readonly name: string; readonly finds: RegExp; readonly fault: Fault }[] = [
  {
    name: 'a cache that ignores no-store',
    finds: /^proxy: A cache answers/,
    fault: {
      answer: ({ method, path }) => (method === 'GET' ? kept.get(path) : undefined),
      response: (response, { path }) => {
        kept.set(path, { ...response })
      },
    },
  },
  {
    name: 'errors of the proxy in place of ours',
    finds: /^proxy: GET \/users\/me without a token/,
    fault: {
      response: (response) => {
        if (response.status === 401) response.body = '<h1>401</h1>'
      },
    },
  },
  {
    name: 'no x-request-id',
    finds: /^proxy: Responses have no x-request-id/,
    fault: overwriting('x-request-id', () => undefined),
  },
  {
    name: 'X-Forwarded-Host of a client in links',
    finds: /^proxy: With X-Forwarded-Host/,
    fault: {
      response: (response, { headers }) => {
        const host = headers['x-forwarded-host']
        if (typeof host === 'string') response.body = response.body.replaceAll(/127\.0\.0\.1:\d+/g, host)
      },
    },
  },
  {
    name: 'no Authorization',
    finds: /^proxy: The header Authorization does not arrive/,
    fault: {
      request: ({ headers }) => {
        delete headers.authorization
      },
    },
  },
  {
    name: 'CORS for everybody',
    finds: /^cors: Scripts of https:\/\/doctor\.invalid.*may read the response of \/token/,
    fault: overwriting('access-control-allow-origin', () => '*'),
  },
  {
    name: 'CORS for everybody where a request succeeds',
    finds: /^cors: Scripts of https:\/\/doctor\.invalid.*may read the response of \/healthz/,
    fault: {
      response: ({ status, headers }) => {
        if (status === 200) headers['access-control-allow-origin'] = '*'
      },
    },
  },
  {
    name: 'no OPTIONS',
    finds: /^cors: Scripts of https:\/\/spa\.example\.com.*cannot use \/token: the preflight has status 405/,
    fault: { answer: ({ method }) => (method === 'OPTIONS' ? page(405) : undefined) },
  },
  {
    name: 'POST /token redirected',
    finds: /^token: POST \/token is redirected to https:\/\/elsewhere/,
    fault: {
      answer: ({ method, path }) =>
        isPost(path, method, '/token')
          ? { ...page(301), headers: { location: 'https://elsewhere.example' } }
          : undefined,
    },
  },
  {
    name: 'posts without their bodies',
    finds: /^token: POST \/token responds with 400 invalid_request/,
    fault: {
      request: (request) => {
        request.body = ''
        request.headers['content-length'] = '0'
      },
    },
  },
  {
    name: 'tokens that may be cached',
    finds: /^token: Responses of \/token have no Cache-Control/,
    fault: overwriting('cache-control', (path) => (path === '/token' ? undefined : 'no-store')),
  },
  {
    name: 'cookies that do not leave',
    finds: /^login-page: The login page sets no cookie/,
    fault: overwriting('set-cookie', () => undefined),
  },
  {
    name: 'cookies that do not arrive',
    finds: /^login-page: The post of the login form has status 403/,
    fault: {
      request: ({ headers }) => {
        delete headers.cookie
      },
    },
  },
  {
    name: 'cookies without Secure and HttpOnly',
    finds: /^login-page: The cookie of the login page lacks Secure, HttpOnly\./,
    fault: {
      response: ({ headers }) => {
        const cookies = headers['set-cookie']
        if (Array.isArray(cookies))
          headers['set-cookie'] = cookies.map((one) => one.replace(/ Secure;| HttpOnly;/g, ''))
      },
    },
  },
  {
    name: 'no Content-Security-Policy',
    finds: /^login-page: The login page lacks Content-Security-Policy/,
    fault: overwriting('content-security-policy', () => undefined),
  },
  {
    name: 'redirects to the inner host',
    finds: /^login-page: GET \/authorize leads to http:\/\/inner:8000/,
    fault: {
      response: ({ headers }) => {
        if (headers.location?.startsWith('/')) headers.location = `http://inner:8000${headers.location}`
      },
    },
  },
  {
    name: 'a login form that posts elsewhere',
    finds: /^login-page: The login form posts to https:\/\/127\.0\.0\.1:\d+\/sso\/login/,
    fault: {
      response: (response) => {
        response.body = response.body.replace('action="/login"', 'action="/sso/login"')
      },
    },
  },
  {
    name: 'no Strict-Transport-Security',
    finds: /^https: There is no Strict-Transport-Security/,
    fault: overwriting('strict-transport-security', () => undefined),
  },
  {
    name: 'a key set that may not be cached',
    finds: /^jwks: The key set may not be cached/,
    fault: overwriting('cache-control', (path) => (path.includes('jwks') ? 'no-cache' : 'no-store')),
  },
  {
    name: 'a clock that is two minutes behind',
    finds: /^clock: The server and this machine differ by 1(19|20|21) seconds/,
    fault: overwriting('date', () => new Date(Date.now() - 120_000).toUTCString()),
  },
  {
    name: '4 KiB for the headers of a response',
    finds: /^login-page: A long authorization request, .* has status 502/,
    fault: {
      response: (response) => {
        if (JSON.stringify(response.headers).length < 4096) return
        Object.assign(response, page(502))
      },
    },
  },
  {
    name: 'errors of the proxy in place of /readyz',
    finds: /^readiness: GET \/readyz has status 503 without a reason/,
    fault: { answer: ({ path }) => (path === '/readyz' ? page(503) : undefined) },
  },
  {
    name: 'another site at the URL',
    finds: /^discovery: .* has no JSON/,
    fault: { answer: () => page(200) },
  },
]

for (const { name, finds, fault } of faults) {
  test(`a proxy with a fault is found: ${name}`, async (t) => {
    shared.proxy.fault = fault
    t.after(() => {
      shared.proxy.fault = {}
    })
    const found = wrong(await examine(shared.target, /^\^([\w-]+)/.exec(finds.source)?.[1]))
    assert.ok(
      found.some((finding) => finds.test(finding)),
      found.join('\n'),
    )
  })
}

test('a cache that answers a request with a token as one without is no proxy that drops Authorization', async (t) => {
  const former = new Map<string, ProxiedResponse>()
  shared.proxy.fault = {
    answer: ({ method, path }) => (method === 'GET' ? former.get(path) : undefined),
    response: (response, { path }) => {
      former.set(path, { ...response })
    },
  }
  t.after(() => {
    shared.proxy.fault = {}
  })
  const found = wrong(await examine(shared.target, 'proxy')).filter((finding) => finding.startsWith('proxy: '))
  assert.match(found.join('\n'), /A cache answers/)
  assert.doesNotMatch(found.join('\n'), /Authorization/)
})
