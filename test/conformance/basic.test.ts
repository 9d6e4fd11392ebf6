/** The plan Basic OP of the OpenID Foundation's conformance suite, reimplemented: `suite/` runs the suite itself. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { basicPlan } from './modules/basic-plan.ts'
import { runPlan } from './support/run-plan.ts'

test('the plan has its 38 modules', () => {
  assert.equal(new Set(basicPlan.map(({ name }) => name)).size, 38)
})

runPlan('oidcc-basic-certification-test-plan', basicPlan, 'query')
