/** Users of an LDAP server log in through the page and at /token, on both of our databases. */
import assert from 'node:assert/strict'
import { decodeJwt } from 'jose'
import { ldapDirectory } from '../../../src/users/directories/ldap.ts'
import { breakableProxy } from '../../support/breakable-proxy.ts'
import { logIn, userAgentOf, webApp } from '../../support/code-flow.ts'
import { databaseKinds } from '../../support/databases.ts'
import { person, tealPassword, testOnSlapd } from '../../support/directories/on-slapd.ts'
import { startPasswordGrantServer, tokenByPassword } from '../../support/password-grant.ts'
import { tim } from '../../support/people.ts'

for (const database of databaseKinds) {
  testOnSlapd(
    `${database}: a user logs in, the server goes and comes, and the user is disabled there`,
    async (branch, t) => {
      const { server: slapd, baseDn, add } = branch
      const values = { mail: 'mira@example.com', cn: 'Mira Okafor', objectClass: ['user'] }
      const dn = await add(...person('mira', values))
      const proxy = await breakableProxy({ host: '127.0.0.1', port: slapd.port })
      t.after(proxy.close)
      const url = `ldap://127.0.0.1:${proxy.port}`
      const server = await startPasswordGrantServer(t, {
        database,
        directories: [ldapDirectory({ url, preset: 'openldap', baseDn, ...slapd.reader })],
        clients: [webApp],
      })
      const attempt = async (username: string, password: string) =>
        (await server.post('/token', { username, password })).status
      const me = (token: string) => server.get('/users/me', { authorization: `Bearer ${token}` })

      const login = { username: 'mira', password: tealPassword }
      const token = await tokenByPassword(server, login)
      const user = JSON.parse(await (await me(token)).text())
      assert.deepEqual(user, {
        username: 'mira',
        email: 'mira@example.com',
        full_name: 'Mira Okafor',
        disabled: false,
      })
      const pages = await logIn(server, webApp, { scope: 'openid' }, userAgentOf(server), login)
      assert.equal(decodeJwt(pages.id_token).sub, decodeJwt(token).sub)
      assert.equal(await attempt('mira', 'teal-heron-43'), 401)
      assert.equal(await attempt('mira', ' '), 401)
      assert.equal(await attempt('*', tealPassword), 401)

      await proxy.cut()
      assert.equal(await attempt('mira', tealPassword), 503)
      assert.equal(await attempt(tim.username, tim.password), 200)
      await proxy.restore()
      assert.equal(await attempt('mira', tealPassword), 200)

      await slapd.replace(dn, 'pwdReset', 'TRUE')
      const refused = await server.post('/token', login)
      assert.equal(refused.status, 401)
      const { traces, store } = server.server.context
      await traces.flush()
      const trace = await store.traces.find(refused.headers.get('x-request-id') ?? '')
      assert.deepEqual(trace?.steps.findLast((step) => step.outcome !== 'ok')?.facts, {
        reason: 'password_mismatch',
        expected: "the user's password in the directory ldap, which says that the password must be changed first",
      })
      await slapd.replace(dn, 'pwdReset', 'FALSE')

      await slapd.replace(dn, 'nsAccountLock', 'TRUE')
      server.clock.now += 61
      assert.equal((await me(token)).status, 401)
      assert.equal(await attempt('mira', tealPassword), 401)
      await slapd.replace(dn, 'nsAccountLock', 'FALSE')
      assert.equal(await attempt('mira', tealPassword), 200)
      await slapd.remove(dn)
      assert.equal(await attempt('mira', tealPassword), 401)
    },
  )
}
