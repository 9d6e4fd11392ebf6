/** `countersign doctor` asks `/readyz`, and says what to do for each reason that a server is not ready. */
import assert from 'node:assert/strict'
import { closeSync, openSync, statSync, writeSync } from 'node:fs'
import { test } from 'node:test'
import type { ProbeResponse } from '../../../src/cli/doctor/probe.ts'
import { checkReadiness } from '../../../src/cli/doctor/readiness.ts'
import { problemSentences } from '../../../src/store/database-problem.ts'
import { eventually } from '../../support/accounts.ts'
import { examine, page, start, wrong } from '../../support/doctor.ts'
import { query } from '../../support/rows.ts'

test('R6 sqlite: a server that has met damage is a problem, with what to do', async (t) => {
  const { server, target } = await start(t)
  assert.deepEqual(wrong(await examine(target, 'readiness')), [])
  // So that the pages are in the file, and nowhere else.
  await query(server.databaseUrl, 'pragma wal_checkpoint(truncate)')
  overwriteAllButTheFirstPage(server.databaseUrl.slice('sqlite:'.length))
  await eventually(async () => {
    await server.get('/authorize?client_id=unknown')
    return (await server.get('/readyz')).status === 503
  })
  const findings = await examine(target, 'readiness')
  assert.deepEqual(wrong(findings), ['readiness: The server is not ready: damaged.'])
  assert.equal(findings.find(({ check }) => check === 'readiness')?.fix, problemSentences.damaged)
})

test('a proxy that keeps /readyz from the public is no problem', async (t) => {
  const { proxy, target } = await start(t)
  for (const status of [200, 401, 403, 404]) {
    proxy.fault = { answer: ({ path }) => (path === '/readyz' ? page(status) : undefined) }
    const findings = await examine(target, 'readiness')
    assert.deepEqual(wrong(findings), [])
    const found = findings.find(({ check }) => check === 'readiness')
    assert.equal(found?.severity, 'skipped')
    assert.match(found?.message ?? '', new RegExp(`GET /readyz has status ${status}, as where a proxy keeps it`))
  }
  assert.equal(checkReadiness(undefined)[0]?.severity, 'skipped')
})

test('each reason has its own fix, also one that this version does not know', () => {
  const reasons = [...Object.keys(problemSentences), 'clock_differs', 'failed', 'of a later version', 'constructor']
  for (const reason of reasons) {
    const [found] = checkReadiness(notReady(reason))
    assert.deepEqual([found?.severity, found?.message], ['problem', `The server is not ready: ${reason}.`])
    assert.equal(typeof found?.fix, 'string')
  }
  assert.equal(new Set(reasons.map((reason) => checkReadiness(notReady(reason))[0]?.fix)).size, reasons.length - 1)
  assert.equal(checkReadiness(notReady('stopping'))[0]?.severity, 'warning')
})

function notReady(reason: string): ProbeResponse {
  const body = JSON.stringify({ status: 'unavailable', reason })
  return { status: 503, headers: new Headers(), body, localAddress: '', sentAt: 0, receivedAt: 0 }
}

function overwriteAllButTheFirstPage(path: string): void {
  const file = openSync(path, 'r+')
  writeSync(file, Buffer.alloc(statSync(path).size - 4096, 0xa5), 0, undefined, 4096)
  closeSync(file)
}
