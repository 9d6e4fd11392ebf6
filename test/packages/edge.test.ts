/** guard as one file on an edge runtime, with web standards and without Node: discovery, keys, a decision, a response. */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { EdgeVM } from '@edge-runtime/vm'
import { eventually } from '../../packages/server/test/support/accounts.ts'
import { bundle } from '../support/bundle.ts'
import { runCommand, startCommand, temporaryFolder } from '../support/process.ts'

interface Credentials {
  readonly clientId: string
  readonly clientSecret: string
}

/** The code for such a platform: one handler of requests, with one path for each source. */
function edgeFunction(issuer: string, credentials: Credentials): string {
  return `
    import { createGuard } from '@countersign/guard'
    import { protect } from '@countersign/guard/next'

    const known = { issuer: '${issuer}', audience: '${issuer}' }
    const guards = {
      '/keys': createGuard(known),
      '/introspection': createGuard({ ...known, introspection: { ...${JSON.stringify(credentials)}, cacheFor: 0 } }),
      '/revocations': createGuard({ ...known, revocations: { interval: 1 } }),
    }
    addEventListener('fetch', (event) => {
      const guard = guards[new URL(event.request.url).pathname]
      const handle = protect(guard, { scopes: ['items'] }, (_request, access) => Response.json(access))
      event.respondWith(handle(event.request))
    })`
}

async function startEdge(t: TestContext) {
  const environment = { DATA_DIR: temporaryFolder(t) }
  const { origin } = await startCommand(t, ['dev'], environment)
  const flags = ['--resource-server', '--first-party', '--grant-type', 'password']
  const { stdout } = await runCommand(['clients', 'add', 'api', ...flags], environment)
  const clientSecret = /^client_secret {2}(\S+)$/m.exec(stdout)?.[1] ?? ''
  const { code, imports } = await bundle(edgeFunction(origin, { clientId: 'api', clientSecret }))
  assert.deepEqual(imports, [])
  const edge = new EdgeVM({ initialCode: code })
  assert.equal(edge.evaluate('typeof process + typeof Buffer + typeof require'), 'undefined'.repeat(3))
  const ask = (path: string, token?: string) =>
    edge.dispatchFetch(`https://api.example${path}`, { headers: token ? { authorization: `Bearer ${token}` } : {} })
  /** As the API's own client. */
  const post = async (path: string, form: Readonly<Record<string, string>>): Promise<Response> => {
    const headers = { authorization: `Basic ${btoa(`api:${clientSecret}`)}` }
    const response = await fetch(origin + path, { method: 'POST', headers, body: new URLSearchParams(form) })
    assert.equal(response.status, 200)
    return response
  }
  const login = { grant_type: 'password', username: 'tim', password: 'tim1234', scope: 'me items' }
  const { access_token: token } = JSON.parse(await (await post('/token', login)).text())
  return { ask, token, revoke: async () => await post('/revoke', { token }) }
}

for (const path of ['/keys', '/introspection', '/revocations']) {
  const until = path === '/keys' ? '' : ' until it is revoked'
  test(`a guard by ${path.slice(1)} accepts a token${until}, and responds with a challenge without one`, async (t) => {
    const { ask, token, revoke } = await startEdge(t)
    const passed = await ask(path, token)
    assert.equal(passed.status, 200)
    const access: unknown = await passed.json()
    assert.ok(typeof access === 'object' && access !== null && 'subject' in access)
    assert.equal(access.subject, 'tim')

    const rejected = await ask(path)
    assert.equal(rejected.status, 401)
    assert.equal(rejected.headers.get('www-authenticate'), 'Bearer scope="items"')

    if (path === '/keys') return
    await revoke()
    await eventually(async () => (await ask(path, token)).status === 401)
  })
}
