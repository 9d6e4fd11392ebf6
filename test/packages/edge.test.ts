/** guard as one file on an edge runtime, which has web standards and nothing of Node: discovery, keys, a decision, an answer. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { EdgeVM } from '@edge-runtime/vm'
import { bundle } from '../support/bundle.ts'
import { startCommand, temporaryFolder } from '../support/process.ts'
import { tutorialToken } from '../support/tutorial-token.ts'

/** What such a platform runs: one handler of requests. */
function edgeFunction(issuer: string): string {
  return `
    import { createGuard } from '@countersign/guard'
    import { protect } from '@countersign/guard/next'

    const guard = createGuard({ issuer: '${issuer}', audience: '${issuer}' })
    const handle = protect(guard, { scopes: ['items'] }, (_request, access) => Response.json(access))
    addEventListener('fetch', (event) => event.respondWith(handle(event.request)))`
}

test('the guard lets a token through and challenges without one', async (t) => {
  const { origin } = await startCommand(t, ['dev'], { DATA_DIR: temporaryFolder(t) })
  const { code, imports } = await bundle(edgeFunction(origin))
  assert.deepEqual(imports, [])
  const edge = new EdgeVM({ initialCode: code })
  assert.equal(edge.evaluate('typeof process + typeof Buffer + typeof require'), 'undefined'.repeat(3))
  const ask = (headers: Record<string, string>) => edge.dispatchFetch('https://api.example/items', { headers })

  const passed = await ask({ authorization: `Bearer ${await tutorialToken(origin)}` })
  assert.equal(passed.status, 200)
  const access: unknown = await passed.json()
  assert.ok(typeof access === 'object' && access !== null && 'subject' in access)
  assert.equal(access.subject, 'tim')

  const refused = await ask({})
  assert.equal(refused.status, 401)
  assert.equal(refused.headers.get('www-authenticate'), 'Bearer scope="items"')
})
