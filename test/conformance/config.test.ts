/** The plan Config OP of the OpenID Foundation's conformance suite, reimplemented: the discovery document and the keys. */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { loginClients } from './suite/clients.ts'
import { checkKeys, checkMetadata } from './support/metadata.ts'
import { startProvider } from './support/provider.ts'
import { suiteAddress } from './support/run-plan.ts'

test('oidcc-config-certification-test-plan', async (t: TestContext) => {
  const { discoveryUrl } = await startProvider(t, [loginClients(suiteAddress).client])

  await t.test('oidcc-discovery-endpoint-verification', async () => {
    const response = await fetch(discoveryUrl)
    assert.equal(response.status, 200)
    assert.equal(response.headers.get('content-type'), 'application/json')
    const metadata: Record<string, unknown> = JSON.parse(await response.text())
    checkMetadata(metadata, discoveryUrl)

    const keys = await fetch(String(metadata['jwks_uri']))
    assert.equal(keys.status, 200)
    await checkKeys(JSON.parse(await keys.text()))
  })
})
