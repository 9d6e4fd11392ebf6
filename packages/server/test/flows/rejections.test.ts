/** Every 4xx of every route has an explanation: a full one for the operator, and for the client only what does not help an attacker. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { errorAreas } from '../../src/oauth/error-reference.ts'
import { explain } from '../../src/oauth/reasons.ts'
import { type Route, routesOf } from '../../src/routes.ts'
import type { Step } from '../../src/trace/trace.ts'
import { databaseKinds } from '../support/databases.ts'
import type { TestServer } from '../support/server.ts'
import { startTutorialServer } from '../support/tutorial.ts'

const marker = 'hOsTiLe'

interface BadRequest {
  readonly title: string
  readonly method: string
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

/** What is wrong with each of these for some route. When a route accepts one, the test skips it. */
function badRequestsOf({ method, path }: Route): readonly BadRequest[] {
  const form = { 'content-type': 'application/x-www-form-urlencoded' }
  const title = `${method} ${path}`
  const query = `a=${marker}&a=${marker}&client_id=${marker}&redirect_uri=https://${marker}.example/&token=${marker}`
  const withoutBody: readonly BadRequest[] = [
    { title: `${title} with nothing`, method, path },
    { title: `${title} with a malformed token`, method, path, headers: { authorization: `Bearer ${marker}` } },
    { title: `${title} with an unknown client`, method, path, headers: { authorization: `Basic ${btoa('a:b')}` } },
    { title: `${title} with a hostile query`, method, path: `${path}?${query}` },
    { title: `the wrong method for ${title}`, method: method === 'GET' ? 'PUT' : 'GET', path },
  ]
  if (method === 'GET') return withoutBody
  return [
    ...withoutBody,
    { title: `${title} with an empty form`, method, path, headers: form, body: '' },
    { title: `${title} with JSON`, method, path, headers: { 'content-type': 'application/json' }, body: '{}' },
    { title: `${title} with a hostile form`, method, path, headers: form, body: query },
    { title: `${title} with unknown values`, method, path, headers: form, body: query.replace('a=', 'b=') },
    { title: `${title} with a body that is too long`, method, path, headers: form, body: 'a'.repeat(65_537) },
    {
      title: `${title} with an unknown grant`,
      method,
      path,
      headers: form,
      body: `grant_type=${marker}&code=${marker}&refresh_token=${marker}&client_id=${marker}&username=${marker}&password=x`,
    },
  ]
}

async function send(server: TestServer, { method, path, headers, body }: BadRequest): Promise<Response> {
  return await server.server.fetch(
    new Request(`http://127.0.0.1:8000${path}`, {
      method,
      ...(headers && { headers }),
      ...(body !== undefined && { body }),
    }),
  )
}

const words = new Set(errorAreas.flatMap((area) => area.entries.map((entry) => entry.word)))

/** What the failed steps of the trace expected and received. */
function checksOf(steps: readonly Step[]): readonly string[] {
  return steps.flatMap(({ facts }) => [facts['expected'], facts['received']]).filter((text) => typeof text === 'string')
}

async function requireExplained(server: TestServer, title: string, response: Response): Promise<void> {
  const text = await response.text()
  const type = response.headers.get('content-type') ?? ''
  assert.match(type, /^(application\/json|text\/html; charset=utf-8)$/, title)
  const uri = type === 'application/json' ? String(JSON.parse(text).error_uri) : text
  const [, anchor = ''] = /http:\/\/127\.0\.0\.1:8000\/errors#([a-z0-9_]+)/.exec(uri) ?? []
  assert.ok(words.has(anchor), `${title}: ${uri}`)

  const requestId = response.headers.get('x-request-id') ?? ''
  await server.server.context.traces.flush()
  const row = await server.server.context.store.traces.find(requestId)
  assert.equal(row?.status, response.status, title)
  assert.ok(explain(row.reason), `${title}: ${row.reason} is not in the table`)
  for (const check of checksOf(row.steps)) {
    // A single word, such as `username`, may be in the sentence that requires it.
    if (check.includes(' ')) assert.equal(text.includes(check), false, `${title}: ${check}`)
  }
  assert.equal(text.includes(marker), false, `${title}: ${text}`)
}

for (const database of databaseKinds) {
  test(`${database}: every 4xx of every route has a reason, a request id and a stored trace, and does not reveal its check`, async (t) => {
    const server = await startTutorialServer(t, { database })
    const routes = routesOf(server.server.context.config)
    const rejected = new Set<Route>()
    for (const route of routes) {
      for (const request of badRequestsOf(route)) {
        const response = await send(server, request)
        if (response.status < 400) {
          await response.body?.cancel()
          continue
        }
        assert.ok(response.status < 500, `${request.title}: ${response.status}`)
        rejected.add(route)
        await requireExplained(server, request.title, response)
      }
    }
    assert.equal(rejected.size, routes.length)
  })
}
