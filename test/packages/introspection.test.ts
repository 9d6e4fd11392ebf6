/** A guard that introspects each token at a Countersign process. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createGuard } from '@countersign/guard'
import { eventually } from '../../packages/server/test/support/accounts.ts'
import { databaseKinds } from '../../packages/server/test/support/databases.ts'
import { resource, startDeployment, webAppFlags } from '../support/deployment.ts'
import { startGuardedApi } from '../support/guarded-api.ts'

for (const kind of databaseKinds) {
  test(`${kind}: K4 a token is accepted until it is revoked, and a refresh token never`, async (t) => {
    const { origin, run, addClient, post, browse, logIn } = await startDeployment(t, kind)
    const web = await addClient('web-app', ...webAppFlags)
    const { stdout } = await run(['clients', 'add', 'items-api', '--resource-server', '--audience', resource])
    const clientSecret = /^client_secret {2}(\S+)$/m.exec(stdout)?.[1] ?? ''
    const reasons: string[] = []
    const guard = createGuard({
      issuer: origin,
      audience: resource,
      introspection: { clientId: 'items-api', clientSecret, cacheFor: 1 },
      onReject: ({ reason }) => reasons.push(reason),
    })
    const api = await startGuardedApi(t, guard)
    const tokens = await logIn(browse(), web)
    assert.equal(await api.statusOf(tokens.access_token), 200)
    assert.equal(await api.statusOf(tokens.refresh_token), 401)
    assert.equal((await post('/revoke', { token: tokens.refresh_token }, web)).status, 200)
    await eventually(async () => (await api.statusOf(tokens.access_token)) === 401)
    assert.deepEqual(new Set(reasons), new Set(['token_inactive']))
  })

  test(`${kind}: with a wrong secret no token is accepted, and the operator gets the fix`, async (t) => {
    const { origin, addClient, tokens } = await startDeployment(t, kind)
    const worker = await addClient('worker', '--grant-type', 'client_credentials', '--scope', 'items')
    const failures: string[] = []
    const guard = createGuard({
      issuer: origin,
      introspection: { clientId: 'worker', clientSecret: 'not its secret' },
      onFailure: ({ message }) => failures.push(message),
    })
    const { access_token } = await tokens({ grant_type: 'client_credentials' }, worker)
    assert.equal(await (await startGuardedApi(t, guard)).statusOf(access_token), 503)
    assert.match(failures.join(), /status 401: introspection\.clientId and clientSecret must be/)
  })
}
