/** PostgreSQL undoes a transaction, or keeps it while the answer is lost: a token is issued once, and no honest client is taken for a thief. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { givenCode } from '../support/authorization.ts'
import { type BreakableProxy, behindProxy } from '../support/breakable-proxy.ts'
import { exchange, type Tokens, webApp } from '../support/code-flow.ts'
import { preparedDatabase } from '../support/databases.ts'
import { countWrites, injectFaults } from '../support/injected-faults.ts'
import { countRows } from '../support/rows.ts'
import { startServer, type TestServer } from '../support/server.ts'

const use = (server: TestServer, form: Readonly<Record<string, string | undefined>>) => exchange(server, webApp, form)

const refreshing = (token: string) => ({ grant_type: 'refresh_token', refresh_token: token })

/** The forms that exchange a code and a refresh token. */
async function prepare(server: TestServer) {
  const scope = 'openid me offline_access'
  const { form: first } = await givenCode(server, webApp, { scope })
  const { refresh_token } = (await use(server, first)).body as unknown as Tokens
  const { form: code } = await givenCode(server, webApp, { scope })
  return { code, token: refreshing(refresh_token) }
}

/** `text` is what the server sends last. */
const losses: readonly (readonly [title: string, lose: (proxy: BreakableProxy, text: string) => void])[] = [
  ['is cut', ({ cutAfter }, text) => cutAfter(text)],
  ['falls silent', ({ holdAfter }, text) => holdAfter(text)],
]

for (const [title, lose, refreshTokenGrace] of losses.flatMap((loss) =>
  [30, 0].map((grace) => [...loss, grace] as const),
)) {
  test(`R14 postgres: a connection that ${title} while PostgreSQL commits ends no login, with a grace of ${refreshTokenGrace} s`, async (t) => {
    const { url: databaseUrl, proxy } = await behindProxy(t, await preparedDatabase('postgres'))
    const options = { databaseUrl, databaseStatementTimeout: 1, refreshTokenGrace }
    const server = await startServer(t, { ...options, clients: [webApp] })
    const { code, token } = await prepare(server)

    for (const [form, text] of [
      [code, 'commit'],
      // The name of the statement that does all.
      [token, 'refresh_tokens.replace'],
    ] as const) {
      lose(proxy, text)
      const { status, body } = await use(server, form)
      assert.equal(status, 200, JSON.stringify(body))
      const { refresh_token } = body as unknown as Tokens
      const next = await use(server, refreshing(refresh_token))
      assert.equal(next.status, 200, JSON.stringify(next.body))
    }
    assert.equal(proxy.isArmed(), false)
    assert.equal(await countRows(databaseUrl, 'incidents'), 0)
  })
}

const writes = 'insert on refresh_tokens'

for (const [code, repeats] of [
  ['40001', 3],
  ['40P01', 3],
  ['55P03', 0],
] as const) {
  test(`R13 postgres: a transaction that ends with ${code} is repeated ${repeats} times, then answered 503, and issues once`, async (t) => {
    const { url, remove } = await preparedDatabase('postgres')
    t.after(remove)
    const server = await startServer(t, { databaseUrl: url, clients: [webApp] })
    const forms = await prepare(server)
    for (const form of [forms.code, forms.token]) {
      await injectFaults(url, writes, code, 1000)
      const before = await countRows(url, 'refresh_tokens')
      const refused = await use(server, form)
      assert.equal(refused.status, 503)
      assert.equal(await countRows(url, 'refresh_tokens'), before)
      assert.equal(await countWrites(url), repeats + 1)

      await injectFaults(url, writes, code, repeats)
      assert.equal((await use(server, form)).status, 200)
      assert.equal(await countRows(url, 'refresh_tokens'), before + 1)
    }
    assert.equal(await countRows(url, 'incidents'), 0)
  })
}
