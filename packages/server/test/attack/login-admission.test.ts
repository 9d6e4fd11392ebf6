/** A flood of logins: one that finds no place is refused before it costs the database anything. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { accountKey } from '../../src/login/attempt-budget.ts'
import type { RecordedRequest } from '../../src/trace/recorder.ts'
import { authorizeUrl, newPkce, requestOf, userAgentOf, webApp } from '../support/code-flow.ts'
import { databaseKinds } from '../support/databases.ts'
import { untilBlocked } from '../support/locks.ts'
import { fromOwnPage, hiddenFields, postForm } from '../support/page-posts.ts'
import { startPasswordGrantServer } from '../support/password-grant.ts'
import { patient } from '../support/patience.ts'

for (const database of databaseKinds) {
  test(`C17 ${database}: while as many logins are in progress as can be checked or wait, others are refused before the database is asked`, async (t) => {
    const options = { database, clients: [webApp], passwordWorkers: 1, passwordQueueLimit: 1, ...patient }
    const server = await startPasswordGrantServer(t, options)
    const agent = userAgentOf(server)
    const fields = hiddenFields(await agent.open(authorizeUrl(requestOf(webApp, newPkce()))))
    const seen: RecordedRequest[] = []
    server.server.context.traces.watch({ show: (request) => seen.push(request), end: () => {} })

    const isHeld = Promise.withResolvers<void>()
    const mayEnd = Promise.withResolvers<void>()
    const holder = server.server.context.store.transaction(async ({ throttle }) => {
      await throttle.consume(accountKey('tim'), 10, 60, server.clock.now)
      isHeld.resolve()
      await mayEnd.promise
    })
    await isHeld.promise
    const login = { username: 'tim', password: 'tim1234' }
    const inProgress = [server.post('/token', login), server.post('/token', login)]
    await untilBlocked(server.databaseUrl)
    const refused = [
      await server.post('/token', { ...login, username: 'alice' }),
      await postForm(agent, '/login', { ...fields, ...login, username: 'alice' }, fromOwnPage),
    ]
    mayEnd.resolve()
    await holder

    for (const response of refused) {
      assert.equal(response.status, 503)
      assert.equal(response.headers.get('retry-after'), '1')
    }
    assert.deepEqual(
      seen.slice(0, 2).map(({ reason, steps }) => [reason, ...steps.map(({ name }) => name)]),
      [
        ['logins_busy', 'read_form', 'choose_grant', 'reject'],
        ['logins_busy', 'check_form', 'reject'],
      ],
    )
    const statuses = (await Promise.all(inProgress)).map(({ status }) => status)
    assert.deepEqual(statuses, [200, 200])
    assert.equal((await server.post('/token', login)).status, 200)
  })
}
