/** A user at a browser reads a page, a program JSON; both get the same error. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type App, createApp } from '../../src/http/app.ts'
import { listen } from '../../src/http/listen.ts'
import { OAuthError } from '../../src/oauth/errors.ts'
import type { Reply } from '../../src/reply.ts'
import type { Route } from '../../src/routes.ts'
import { openConnection, requestText } from '../support/raw-http.ts'
import { startServer } from '../support/server.ts'
import { startTutorialServer } from '../support/tutorial.ts'

const browser = 'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8'

function throwing(thrown: unknown, errors: Route['errors']): Route {
  const handler = (): Reply => {
    throw thrown
  }
  return { method: 'GET', path: '/page', handler, cache: 'short', cors: 'none', ...(errors && { errors }) }
}

async function ask(app: App, target: string, headers: Record<string, string> = {}): Promise<Reply & { text: string }> {
  const header = (name: string) => headers[name]
  const reply = await app.handle({ method: 'GET', target, header, peer: '127.0.0.1', readBody: async () => '' })
  return { ...reply, text: String(reply.body) }
}

const rejection = new OAuthError('invalid_request', 'redirect_uri is not registered', {
  reason: 'redirect_uri_mismatch',
  expected: 'https://app.example.com/secret-expected',
  received: 'https://evil.example/secret-received',
  headers: { 'retry-after': '7' },
})

test('a rejection of a page route is a page of the same status, with the request id and nothing that the check expected', async (t) => {
  const { server } = await startServer(t)
  const app = createApp(server.context, [throwing(rejection, 'page')])
  const { status, headers, text } = await ask(app, '/page')
  assert.equal(status, 400)
  assert.equal(headers['content-type'], 'text/html; charset=utf-8')
  assert.equal(headers['cache-control'], 'no-store')
  assert.equal(headers['retry-after'], '7')
  const requestId = headers['x-request-id'] ?? ''
  assert.ok(text.includes(`countersign why ${requestId}`))
  assert.ok(text.includes('redirect_uri is not registered'))
  assert.ok(text.includes('http://127.0.0.1:8000/errors#invalid_request'))
  assert.doesNotMatch(text, /redirect_uri_mismatch|secret-/)

  await server.context.traces.flush()
  assert.equal((await server.context.store.traces.find(requestId))?.reason, 'redirect_uri_mismatch')
})

test('I6 error pages and JSON errors cannot be framed, and the page runs no script', async (t) => {
  const { server } = await startServer(t)
  const page = await ask(createApp(server.context, [throwing(rejection, 'page')]), '/page')
  const json = await ask(createApp(server.context, [throwing(rejection, undefined)]), '/page', { accept: browser })
  for (const { headers } of [page, json]) {
    assert.match(headers['content-security-policy'] ?? '', /frame-ancestors 'none'/)
    assert.equal(headers['x-frame-options'], 'DENY')
  }
  assert.equal(
    page.headers['content-security-policy'],
    "default-src 'none'; style-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  )
  assert.equal(json.headers['content-type'], 'application/json')
})

for (const path of ['/', '/errors', '/docs', '/_trace', '/nowhere']) {
  test(`I6 the page ${path} cannot be framed`, async (t) => {
    const { get } = await startTutorialServer(t)
    const response = await get(path, { accept: browser })
    assert.equal(response.headers.get('content-type'), 'text/html; charset=utf-8')
    assert.match(response.headers.get('content-security-policy') ?? '', /frame-ancestors 'none'/)
    assert.equal(response.headers.get('x-frame-options'), 'DENY')
  })
}

test('a response that could not be written is a 500 with its reason, and closes the connection', async (t) => {
  const { server } = await startServer(t)
  const reply: Reply = { status: 303, headers: { location: '/a\nb' }, body: '' }
  const app = createApp(server.context, [
    { method: 'GET', path: '/page', handler: () => reply, cache: 'no-store', cors: 'none' },
  ])
  const listening = await listen(app, '127.0.0.1', 0, server.context.config)
  t.after(() => listening.close(0))
  const connection = openConnection(t, listening.port)
  connection.write(requestText('GET /page'))
  assert.match(await connection.closed, /^HTTP\/1\.1 500 Internal Server Error\r\n/)
})

test('Q16 a bug on a page route shows no details', async (t) => {
  const { server } = await startServer(t)
  const app = createApp(server.context, [throwing(new Error('the password is hunter2'), 'page')])
  const { status, text } = await ask(app, '/page')
  assert.equal(status, 500)
  assert.doesNotMatch(text, /hunter2/)
})

const languages: readonly (readonly [
  title: string,
  query: string,
  headers: Record<string, string>,
  language: string,
])[] = [
  ['English by default', '', {}, 'en'],
  ['the language that the browser prefers', '', { 'accept-language': 'fr, ja;q=0.9, ru;q=0.5' }, 'ja'],
  ['the language chosen before', '', { 'accept-language': 'ja', cookie: 'a=b; countersign-language=ru' }, 'ru'],
  ['the language that the client requests', '?ui_locales=ja%20ru', { cookie: 'countersign-language=ru' }, 'ja'],
  ['the language in the readable part of a malformed query', '?state=%zz&ui_locales=ru', {}, 'ru'],
]

for (const [title, query, headers, language] of languages) {
  test(`an error page is in ${title}`, async (t) => {
    const { server } = await startServer(t)
    const { text } = await ask(createApp(server.context, [throwing(rejection, 'page')]), `/page${query}`, headers)
    assert.ok(text.includes(`<html lang="${language}">`))
  })
}

test('the links of an error page stay below the path of the issuer', async (t) => {
  const { server } = await startServer(t, { issuer: 'https://login.example.com/tenant/' })
  const { text } = await ask(createApp(server.context, [throwing(rejection, 'page')]), '/page')
  assert.match(text, /href="\/tenant\/pages\/style\.css"/)
  assert.match(text, /https:\/\/login\.example\.com\/tenant\/errors#invalid_request/)
})

const accepts: readonly (readonly [accept: string | undefined, type: string])[] = [
  [browser, 'text/html; charset=utf-8'],
  ['text/html', 'text/html; charset=utf-8'],
  ['text/html;q=0.9, application/json;q=0.8', 'text/html; charset=utf-8'],
  ['application/json, text/html;q=0.9', 'application/json'],
  ['text/html;q=0.5, */*', 'application/json'],
  ['text/html;q=0', 'application/json'],
  ['text/html;q=x', 'application/json'],
  ['application/json, text/plain, */*', 'application/json'],
  ['*/*', 'application/json'],
  ['', 'application/json'],
  [undefined, 'application/json'],
  [`${'a/b, '.repeat(50)}text/html`, 'application/json'],
]

for (const [accept, type] of accepts) {
  test(`an unknown path with Accept ${accept?.slice(0, 80)} gets a response of type ${type}`, async (t) => {
    const { get } = await startServer(t)
    const headers = accept === undefined ? undefined : { accept }
    const response = await get('/nowhere', headers)
    assert.equal(response.status, 404)
    assert.equal(response.headers.get('content-type'), type)
    assert.equal(response.headers.get('cache-control'), 'no-store')
  })
}

test('a browser that uses the wrong method gets a page, and Allow lists the right one', async (t) => {
  const { get } = await startServer(t)
  const response = await get('/token', { accept: browser })
  assert.equal(response.status, 405)
  assert.equal(response.headers.get('allow'), 'POST')
  assert.match(await response.text(), /^<!doctype html>/)
})

test('the pages of errors and of form_post may load a logo from the origin in the brand', async (t) => {
  const { server } = await startServer(t, { brand: { name: 'Acme', logoUri: 'https://static.example.com/logo.svg' } })
  const formPost = { action: 'https://app.example.com/cb', parameters: { code: 'x' } }
  const posting: Route = {
    method: 'GET',
    path: '/post',
    handler: () => ({ status: 200, headers: {}, body: '', formPost }),
    cache: 'no-store',
    cors: 'none',
    errors: 'page',
  }
  const app = createApp(server.context, [throwing(rejection, 'page'), posting])
  for (const path of ['/page', '/post']) {
    const { headers, text } = await ask(app, path)
    assert.ok(text.includes('src="https://static.example.com/logo.svg"'), path)
    assert.match(headers['content-security-policy'] ?? '', /img-src 'self' data: https:\/\/static\.example\.com;/)
  }
})
