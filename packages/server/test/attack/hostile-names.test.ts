/** Hostile names of clients, users, scopes and services on the server's pages: I8 and I10 of the security cases. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ClientDeclaration } from '../../src/domain/client-metadata.ts'
import type { Page } from '../../src/user-agent/user-agent.ts'
import { givenPassword } from '../support/accounts.ts'
import { authorizeUrl, newPkce, passPages, requestOf, userAgentOf, webApp } from '../support/code-flow.ts'
import { hiddenFields, unescaped } from '../support/page-posts.ts'
import { startServer } from '../support/server.ts'

const texts: readonly (readonly [id: string, text: string])[] = [
  ['I8', '<script>alert(1)</script>'],
  ['I8', '"><img src=x onerror=alert(1)>'],
  ['I8', "' autofocus onfocus='alert(1)"],
  ['I8', '</title></style><svg/onload=alert(1)>'],
  ['I8', '</form><form action="https://evil.example">'],
  ['I8', '<base href="https://evil.example/">'],
  ['I8', '&lt;script&gt;alert(1)&#x3c;'],
  ['I8', 'javascript:alert(1)//`\u0024{alert(1)}`'],
  ['I10', '\u0024{1234*4321}{{1234*4321}}<%= 1234*4321 %>#{1234*4321}'],
  ['I10', '$&$1$`{{constructor.constructor("x")()}}'],
]
const password = 'a password of the tests'

/** The tags of a page without the values in quotation marks: what the browser builds. */
function skeleton(page: string): readonly string[] {
  return (page.match(/<[^>]*>/g) ?? []).map((tag) => tag.replace(/"[^"]*"/g, '""'))
}

/** Every page of a login, with `text` as the name of everything. */
async function pagesFor(t: Parameters<typeof startServer>[0], text: string): Promise<Readonly<Record<string, Page>>> {
  const client: ClientDeclaration = { ...webApp, client_name: text, scope: 'openid own' }
  const server = await startServer(t, { clients: [client], scopes: { own: text }, brand: { name: text } })
  await givenPassword(server, text, password, text)
  const agent = userAgentOf(server)
  const open = (more: Record<string, string>) =>
    agent.open(
      authorizeUrl(requestOf(client, newPkce(), { scope: 'openid own', state: text, login_hint: text, ...more })),
    )
  const login = await open({})
  const failed = await agent.submit(login, { username: text, password: 'wrong' })
  const consent = await agent.submit(failed, { username: text, password })
  await passPages(agent, consent)
  return {
    login,
    failed,
    consent,
    chooser: await open({ prompt: 'select_account' }),
    form: await open({ response_mode: 'form_post', prompt: 'none' }),
    error: await agent.open(`/authorize?client_id=${encodeURIComponent(text)}`),
  }
}

for (const [id, text] of texts) {
  test(`${id} ${JSON.stringify(text)} as the name of client, user, scope and service, as hint and state, is text`, async (t) => {
    const harmless = await pagesFor(t, 'a plain name')
    const attacked = await pagesFor(t, text)
    for (const [name, { body, headers }] of Object.entries(attacked)) {
      assert.deepEqual(skeleton(body), skeleton(harmless[name]?.body ?? ''), name)
      assert.ok(unescaped(body).includes(text), name)
      // What a template would make of it: so many digits are in no random value of the page.
      assert.doesNotMatch(body, /5332114/, name)
      const policy = headers.get('content-security-policy') ?? ''
      assert.match(policy, /default-src 'none'/, name)
      assert.doesNotMatch(policy, /unsafe|evil|alert/, name)
    }
    assert.equal(hiddenFields(attacked['form'] as Page)['state'], text)
  })
}
