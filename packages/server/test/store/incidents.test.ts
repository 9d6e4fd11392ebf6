/** Incidents: what they are found by, and how many of them a stranger can make. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Incident, RequestFacts } from '../../src/domain/incident.ts'
import { databaseKinds, freshStore } from '../support/databases.ts'

const now = 1_800_000_000

for (const kind of databaseKinds) {
  test(`${kind}: incidents come back newest first, and are found by the request that was rejected`, async (t) => {
    const { incidents } = await freshStore(t, kind)
    const older = reuse('older', now, facts('before', now - 200))
    const newer = reuse('newer', now + 10, facts('first', now - 100))
    await incidents.insert(older)
    await incidents.insert(newer)
    assert.deepEqual(await incidents.list(0, 10), [newer, older])
    assert.deepEqual(await incidents.list(0, 1), [newer])
    assert.deepEqual(await incidents.list(now + 1, 10), [newer])
    assert.deepEqual(await incidents.find('older'), older)
    assert.equal(await incidents.find('first'), undefined)
    await incidents.removeBefore(now + 10, 5000)
    assert.deepEqual(await incidents.list(0, 10), [newer])
  })

  test(`D13 ${kind}: of floods of wrong secrets the newest are kept, and what revoked a grant is not pushed out`, async (t) => {
    const { incidents } = await freshStore(t, kind)
    await incidents.insert(reuse('reuse', now - 100, facts('first', now - 200)))
    for (let number = 0; number < 5; number++) await incidents.insert(flood(`flood-${number}`, now + number))
    assert.equal(await incidents.pruneFloods(5, 100), 0)
    assert.equal(await incidents.pruneFloods(2, 1), 1)
    assert.equal(await incidents.pruneFloods(2, 100), 2)
    assert.equal(await incidents.pruneFloods(2, 100), 0)
    const kept = await incidents.list(0, 10)
    assert.deepEqual(
      kept.map(({ second }) => second.requestId),
      ['flood-4', 'flood-3', 'reuse'],
    )
  })
}

function facts(requestId: string, happenedAt: number): RequestFacts {
  return { requestId, address: '192.0.2.1', userAgent: null, happenedAt }
}

function reuse(requestId: string, happenedAt: number, first: RequestFacts): Incident {
  const grant = { grantId: 'a grant that is gone', clientId: 'app', userId: 'tim' }
  return { kind: 'refresh_token_reused', ...grant, first, second: facts(requestId, happenedAt) }
}

function flood(requestId: string, happenedAt: number): Incident {
  const request = facts(requestId, happenedAt)
  return { kind: 'client_budget_exhausted', grantId: '', clientId: '', userId: '', first: request, second: request }
}
