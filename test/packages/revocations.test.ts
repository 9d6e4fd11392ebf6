/** Revocations reach the APIs: whatever revokes a token at a Countersign process, a guard in another rejects it soon after. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createGuard } from '@countersign/guard'
import { eventually } from '../../packages/server/test/support/accounts.ts'
import { databaseKinds } from '../../packages/server/test/support/databases.ts'
import { afterLogout, logoutUrl } from '../../packages/server/test/support/logout.ts'
import { resource, startDeployment, type Tokens, webAppFlags } from '../support/deployment.ts'
import { startGuardedApi } from '../support/guarded-api.ts'

const alice = { grant_type: 'password', username: 'alice', password: 'secret' }
const newPassword = 'a moth in the relay'

for (const kind of databaseKinds) {
  test(`${kind}: K4 /revoke, logout, a new password, disabling a user or a client: an API rejects the token within seconds`, async (t) => {
    const deployment = await startDeployment(t, kind, { PASSWORD_GRANT: 'first-party' })
    const { origin, run, addClient, post, tokens, browse, logIn } = deployment
    const web = await addClient('web-app', ...webAppFlags)
    const worker = await addClient('worker', '--grant-type', 'client_credentials', '--scope', 'items')
    const other = await addClient('other', '--grant-type', 'client_credentials', '--scope', 'items')

    const reasons: string[] = []
    const failures: string[] = []
    const guard = createGuard({
      issuer: origin,
      audience: resource,
      revocations: { interval: 1 },
      onReject: ({ reason, received }) => reasons.push(`${reason}: ${received}`),
      onFailure: ({ message }) => failures.push(message),
    })
    const api = await startGuardedApi(t, guard)
    const unaffected = await tokens({ grant_type: 'client_credentials' }, other)

    async function ends(
      what: string,
      by: string,
      { access_token }: Tokens,
      end: () => Promise<unknown>,
    ): Promise<void> {
      assert.equal(await api.statusOf(access_token), 200, [what, ...reasons, ...failures].join())
      await end()
      const endedAt = performance.now()
      await eventually(async () => (await api.statusOf(access_token)) === 401)
      t.diagnostic(`${what}: rejected after ${((performance.now() - endedAt) / 1000).toFixed(2)} s`)
      assert.equal(reasons.at(-1), `token_revoked: revoked by its ${by}`)
    }

    const first = await logIn(browse(), web)
    await ends('/revoke of the access token', 'token', first, () => post('/revoke', { token: first.access_token }, web))
    const second = await logIn(browse(), web)
    await ends('/revoke of the refresh token', 'grant', second, () =>
      post('/revoke', { token: second.refresh_token }, web),
    )
    const browser = browse()
    const third = await logIn(browser, web)
    await ends('logout', 'grant', third, async () => {
      const parameters = { id_token_hint: third.id_token, post_logout_redirect_uri: afterLogout }
      assert.equal((await browser.open(logoutUrl(parameters))).url, afterLogout)
    })
    await ends('a new password', 'subject', await tokens(alice), () =>
      run(['users', 'passwd', 'alice'], `${newPassword}\n`),
    )
    const again = await tokens({ ...alice, password: newPassword })
    await ends('disabling a user', 'subject', again, () => run(['users', 'disable', 'alice']))
    const fourth = await logIn(browse(), web)
    await ends('disabling a client', 'client', fourth, () => run(['clients', 'disable', 'web-app']))
    const own = await tokens({ grant_type: 'client_credentials' }, worker)
    await ends('deleting a client', 'client', own, () => run(['clients', 'delete', 'worker', '--yes']))

    assert.equal(await api.statusOf(unaffected.access_token), 200)
    assert.deepEqual(failures, [])
  })
}
