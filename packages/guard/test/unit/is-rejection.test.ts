/** How a rejection is recognized. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isRejection } from '../../src/index.ts'
import { ask, makeGuard } from '../support/adapter-cases.ts'
import { guardedServers } from '../support/guarded-servers.ts'
import { rejectionOf, requestWith } from '../support/guards.ts'

/** A second copy of the package, as a nested installation or a bundler makes it. */
const copy: typeof import('../../src/rejection.ts') = await import(
  `${import.meta.resolve('../../src/rejection.ts')}?copy`
)

function rejectByCopy(): Promise<never> {
  const headers = { 'www-authenticate': 'Bearer' }
  return Promise.reject(new copy.Rejection({ status: 401, headers, body: {} }, { reason: 'token_missing' }))
}

test('a rejection is recognized, whichever copy of the package made it; nothing else is one', async () => {
  const own = await rejectionOf(makeGuard().check(requestWith()))
  assert.ok(isRejection(own))
  assert.ok(copy.isRejection(own))
  const foreign: unknown = await rejectByCopy().catch((error: unknown) => error)
  assert.ok(foreign instanceof copy.Rejection)
  assert.ok(isRejection(foreign))
  for (const other of [new Error('x'), { status: 401 }, 'Rejection', 7, null, undefined]) {
    assert.equal(isRejection(other), false)
  }
})

for (const [name, start] of Object.entries(guardedServers)) {
  test(`${name}: the rejection of another copy of the package is the response`, async (t) => {
    const port = await start(t, { ...makeGuard(), check: rejectByCopy })
    const { status, headers, body } = await ask(port, 'GET', '/items')
    assert.deepEqual([status, headers['www-authenticate'], body], [401, 'Bearer', '{}'])
  })
}
