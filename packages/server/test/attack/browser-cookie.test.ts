/** The cookie that names a browser's sessions, under attack: I2, I4 and I5 of the security cases (RFC 9700 §4.7). */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { givenPassword } from '../support/accounts.ts'
import { passPages, responseOf, userAgentOf, webApp } from '../support/code-flow.ts'
import { databaseKinds } from '../support/databases.ts'
import { urlOf } from '../support/interaction.ts'
import { fromOwnPage, hiddenFields } from '../support/page-posts.ts'
import { nameOfTim } from '../support/people.ts'
import { loopback, startServer } from '../support/server.ts'
import { createUserAgent } from '../support/user-agent.ts'

const clients = [webApp]
const browserCookie = 'countersign'

for (const database of databaseKinds) {
  test(`${database}: I2 every login gives the browser another cookie, and the previous one no longer works`, async (t) => {
    const server = await startServer(t, { database, clients })
    const agent = userAgentOf(server)
    const first = await agent.open(urlOf())
    const values = [agent.cookies.get(browserCookie)]
    await passPages(agent, first)
    values.push(agent.cookies.get(browserCookie))
    await passPages(agent, await agent.open(urlOf({ prompt: 'login' })))
    values.push(agent.cookies.get(browserCookie))
    assert.equal(new Set(values).size, 3)
    for (const [at, value] of values.entries()) {
      const thief = userAgentOf(server)
      thief.cookies.set(browserCookie, value ?? '')
      const response = responseOf(await thief.open(urlOf({ prompt: 'none' })))
      assert.equal(response.get('error'), at === 2 ? null : 'login_required')
    }
  })

  test(`${database}: I2 an attacker who plants a cookie before the login gets no session from it`, async (t) => {
    const server = await startServer(t, { database, clients })
    const [attacker, victim] = [userAgentOf(server), userAgentOf(server)]
    await attacker.open(urlOf())
    const planted = attacker.cookies.get(browserCookie) ?? ''
    victim.cookies.set(browserCookie, planted)
    assert.ok(responseOf(await passPages(victim, await victim.open(urlOf()))).get('code'))
    assert.notEqual(victim.cookies.get(browserCookie), planted)
    assert.equal(responseOf(await attacker.open(urlOf({ prompt: 'none' }))).get('error'), 'login_required')
  })

  test(`${database}: I4 in a browser without its cookies, the next user sees nothing of the first user`, async (t) => {
    const server = await startServer(t, { database, clients })
    const agent = userAgentOf(server)
    await passPages(agent, await agent.open(urlOf()))
    agent.cookies.clear()
    const page = await agent.open(urlOf())
    assert.doesNotMatch(page.body, nameOfTim)
    await givenPassword(server, 'mary', 'mary has a little lamb')
    await passPages(agent, page, 'mary', 'mary has a little lamb')
    const chooser = await agent.open(urlOf({ prompt: 'select_account' }))
    assert.match(chooser.body, /mary/)
    assert.doesNotMatch(chooser.body, nameOfTim)
  })
}

test('I2 two cookies of the same name, or a malformed one, count as none', async (t) => {
  const server = await startServer(t, { clients })
  const agent = userAgentOf(server)
  await passPages(agent, await agent.open(urlOf()))
  const value = agent.cookies.get(browserCookie) ?? ''
  const planted = 'A'.repeat(43)
  for (const cookie of [
    `${browserCookie}=${value}; ${browserCookie}=${planted}`,
    `${browserCookie}=${planted}; ${browserCookie}=${value}`,
    `${browserCookie}="${value}"`,
    `${browserCookie}=${value}x`,
    `__Host-countersign=${value}`,
    `Countersign=${value}`,
  ]) {
    const response = await server.get(urlOf({ prompt: 'none' }), { cookie })
    assert.match(response.headers.get('location') ?? '', /error=login_required/, cookie)
  }
})

const issuers: readonly (readonly [issuer: string, prefix: string, secure: string])[] = [
  ['https://login.example.com', '__Host-', ' Secure;'],
  ['https://127.0.0.1:8443', '__Host-', ' Secure;'],
  // Safari drops cookies with Secure or `__Host-` on http, from loopback hosts too.
  ['http://127.0.0.1:8000', '', ''],
  ['http://localhost:8000', '', ''],
  ['http://[::1]:8000', '', ''],
]
for (const [at, prefix, secure] of issuers) {
  test(`I5 ${at}: every cookie is ${secure ? '__Host-, Secure, ' : ''}HttpOnly, SameSite and short`, async (t) => {
    const { server } = await startServer(t, { clients, issuer: at })
    const cookies: string[] = []
    const agent = createUserAgent((request) => server.fetch(request, loopback), at)
    const send = async (request: Request) => {
      const response = await agent.send(request)
      cookies.push(...response.headers.getSetCookie())
      return response
    }
    const login = await send(new Request(`${at}/login?${urlOf().split('?')[1]}`))
    const fields = hiddenFields({ body: await login.text() })
    const post = (path: string, form: Record<string, string>) =>
      send(new Request(`${at}${path}`, { method: 'POST', body: new URLSearchParams(form), headers: fromOwnPage }))
    await post('/language', { ...fields, language: 'ru' })
    await post('/login', { ...fields, username: 'tim', password: 'wrong' })
    await post('/login', { ...fields, username: 'tim', password: 'tim1234' })
    assert.equal(cookies.length, 4)
    const pattern = new RegExp(
      `^${prefix}countersign[a-z-]*=[\\w-]*; Path=/; Max-Age=\\d+;${secure} HttpOnly; SameSite=Lax$`,
    )
    for (const cookie of cookies) {
      assert.match(cookie, pattern)
      assert.ok(cookie.length < 4096)
    }
    const silent = await agent.send(new Request(`${at}${urlOf({ prompt: 'none' })}`))
    assert.match(silent.headers.get('location') ?? '', /error=consent_required/)
    assert.match((await agent.open(urlOf())).body, /lang="ru"/)
  })
}
