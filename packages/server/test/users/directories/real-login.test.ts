/** Logins of users who live in real servers, through the page and at /token, on both of our databases. */
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { decodeJwt } from 'jose'
import { skipWithout } from '../../../../../test/support/missing-tool.ts'
import { logIn, userAgentOf, webApp } from '../../support/code-flow.ts'
import { databaseKinds } from '../../support/databases.ts'
import type { RunningKind } from '../../support/directories/kind.ts'
import { directoryKinds } from '../../support/directories/kinds.ts'
import { mira, otto, tealPassword } from '../../support/directories/people.ts'
import { startPasswordGrantServer, tokenByPassword } from '../../support/password-grant.ts'
import { tim } from '../../support/people.ts'

for (const { name, howToGet, isFile, start } of directoryKinds) {
  describe(name, () => {
    let kind: RunningKind | undefined
    before(async () => {
      kind = await start()
    })
    after(() => kind?.stop())

    for (const database of databaseKinds) {
      test(`${database}: a user logs in, is disabled there, and the server goes and comes`, async (t) => {
        if (kind === undefined) return skipWithout(t, howToGet)
        const { declare, fill, proxy } = kind
        await fill([mira, otto])
        const server = await startPasswordGrantServer(t, {
          database,
          directories: [declare({ timeout: 5 })],
          clients: [webApp],
        })
        const attempt = async (username: string, password: string) =>
          (await server.post('/token', { username, password })).status
        const me = async (token: string) => await server.get('/users/me', { authorization: `Bearer ${token}` })

        const token = await tokenByPassword(server, { username: 'mira', password: tealPassword })
        const user = JSON.parse(await (await me(token)).text())
        assert.deepEqual(user, {
          username: 'mira',
          email: 'mira@example.com',
          full_name: 'Mira Okafor',
          disabled: false,
        })
        const login = { username: 'mira', password: tealPassword }
        const pages = await logIn(server, webApp, { scope: 'openid' }, userAgentOf(server), login)
        assert.equal(decodeJwt(pages.id_token).sub, decodeJwt(token).sub)
        assert.equal(await attempt('mira', 'teal-heron-43'), 401)
        assert.equal(await attempt('otto', tealPassword), 401)
        assert.equal(await attempt("mira' or '1'='1", tealPassword), 401)

        if (!isFile) {
          assert.ok(proxy)
          await proxy.cut()
          t.after(proxy.restore)
          assert.equal(await attempt('mira', tealPassword), 503)
          assert.equal(await attempt(tim.username, tim.password), 200)
          await proxy.restore()
          assert.equal(await attempt('mira', tealPassword), 200)
        }

        await fill([{ ...mira, isDisabled: true }])
        server.clock.now += 61
        assert.equal((await me(token)).status, 401)
        assert.equal(await attempt('mira', tealPassword), 401)
        await fill([mira])
        assert.equal(await attempt('mira', tealPassword), 200)
      })
    }
  })
}
