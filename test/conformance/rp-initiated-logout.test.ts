/** The plan RP-Initiated OP of the OpenID Foundation's conformance suite, reimplemented. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { rpLogoutPlan } from './modules/rp-logout.ts'
import { loginClients, rpLogoutClient } from './suite/clients.ts'
import { runPlan, suiteAddress } from './support/run-plan.ts'

test('the plan has its 11 modules', () => {
  assert.equal(new Set(rpLogoutPlan.map(({ name }) => name)).size, 11)
})

const clients = { ...loginClients(suiteAddress), client: rpLogoutClient(suiteAddress) }
runPlan('oidcc-rp-initiated-logout-certification-test-plan', rpLogoutPlan, 'query', clients)
