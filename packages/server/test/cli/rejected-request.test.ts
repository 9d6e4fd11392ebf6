/** What `countersign dev` prints about rejected requests. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { describeRejection } from '../../src/cli/rejected-request.ts'
import { countersign } from '../../src/config/called-as.ts'
import type { RecordedRequest } from '../../src/trace/recorder.ts'
import { databaseKinds } from '../support/databases.ts'
import { startPasswordGrantServer } from '../support/password-grant.ts'

for (const database of databaseKinds) {
  test(`${database}: a locked account is printed with the command that unlocks it; one that does not exist is not`, async (t) => {
    const server = await startPasswordGrantServer(t, { database, accountFailureLimit: 1 })
    const { store, traces } = server.server.context
    const rejected: RecordedRequest[] = []
    traces.watch({ show: (request) => rejected.push(request), end: () => {} })
    for (const username of ['TIM ', 'TIM ', 'nobody', 'nobody']) {
      assert.equal((await server.post('/token', { username, password: 'wrong' })).status, 401)
    }
    const printed = await Promise.all(rejected.map((one) => describeRejection(store, one.reason ?? '', one)))
    assert.deepEqual(
      printed.map((lines) => lines.filter((line) => line.includes('unlock'))),
      [[], [`  unlock: ${countersign} users unlock tim`], [], []],
    )
    for (const [at, lines] of printed.entries()) {
      assert.equal(lines[1], `  why: ${countersign} why ${rejected[at]?.requestId}`)
    }
  })
}
