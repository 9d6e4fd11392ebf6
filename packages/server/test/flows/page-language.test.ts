/** The language switch of every page: what was typed is kept, and no page is a dead end. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import type { Page } from '../../src/user-agent/user-agent.ts'
import { passPages, responseOf, userAgentOf } from '../support/code-flow.ts'
import { clients, tim, upToConsent, urlOf as urlFor } from '../support/interaction.ts'
import { query } from '../support/rows.ts'
import { startServer } from '../support/server.ts'

const server = await startServer({ after }, { clients })

/** For a scope that no test remembers consent to. */
const urlOf = (more = {}) => urlFor({ scope: 'openid profile', ...more })
const languageOf = ({ body }: Page) => /<html lang="(\w+)">/.exec(body)?.[1]
/** Where a link of the switch leads to. */
const linkTo = ({ body, url }: Page, language: string) => {
  const [, href = ''] = new RegExp(`href="([^"]*)" lang="${language}"`).exec(body) ?? []
  return new URL(href.replaceAll('&amp;', '&'), new URL(url, 'http://127.0.0.1:8000')).href
}

for (const more of [{}, { ui_locales: 'ru' }]) {
  test(`a login page in another language keeps the username${more.ui_locales ? ', where the client names a language too' : ''}`, async () => {
    const agent = userAgentOf(server)
    const page = await agent.submit(await agent.open(urlOf(more)), {
      language: 'ja',
      username: 'tim',
      password: 'hunter2',
    })
    assert.equal(page.status, 200)
    assert.equal(languageOf(page), 'ja')
    assert.match(page.body, /name="username"[^>]*value="tim"/)
    assert.doesNotMatch(page.body, /hunter2|role="alert"/)
    const next = await agent.submit(page, tim)
    assert.match(next.url, /\/consent\?/)
    assert.equal(languageOf(next), 'ja')
  })
}

test('a consent page in another language keeps what was chosen', async () => {
  const agent = userAgentOf(server)
  const page = await agent.submit(await upToConsent(agent, urlFor({ scope: 'openid email' })), {
    language: 'ru',
    remember: 'yes',
  })
  assert.equal(languageOf(page), 'ru')
  assert.match(page.body, /name="remember" value="yes" checked/)
  assert.ok(responseOf(await agent.submit(page, { decision: 'allow' })).get('code'))
})

test('a page without anything typed is shown again at its own address', async () => {
  const agent = userAgentOf(server)
  const login = await agent.submit(await agent.open(urlOf()), { language: 'ja' })
  assert.match(login.url, /\/login\?/)
  await passPages(agent, await agent.open(urlFor()))
  const chooser = await agent.submit(await agent.open(urlOf({ prompt: 'select_account' })), { language: 'ru' })
  assert.match(chooser.url, /\/select-account\?/)
  assert.equal(languageOf(chooser), 'ru')
  const logout = await agent.submit(await agent.open('/logout'), { language: 'en' })
  assert.match(logout.body, /Log out\?/)
})

test('a stale login page keeps the username in another language', async () => {
  const agent = userAgentOf(server)
  const login = await agent.open(urlOf())
  agent.cookies.clear()
  const page = await agent.submit(login, { language: 'ja', username: 'tim' })
  assert.equal(languageOf(page), 'ja')
  assert.match(page.body, /name="username"[^>]*value="tim"/)
  assert.match((await agent.submit(page, tim)).url, /\/consent\?/)
})

test('the pages of a logout, the home page and error pages are linked in each language', async () => {
  const agent = userAgentOf(server)
  await passPages(agent, await agent.open(urlFor()))
  const still = await agent.submit(await agent.open('/logout?state=1'), { decision: 'stay' })
  assert.match((await agent.open(linkTo(still, 'ja'))).body, /<html lang="ja">/)
  const out = await agent.submit(await agent.open('/logout?state=1'), { decision: 'logout' })
  for (const page of [
    out,
    await agent.open('/logout'),
    await agent.open('/'),
    await agent.open('/login?client_id=x'),
  ]) {
    const switched = await agent.open(linkTo(page, 'ru'))
    assert.equal(switched.status, page.status)
    assert.equal(languageOf(switched), 'ru')
    assert.match(switched.body, /aria-current="true">Русский</)
  }
})

test('an error of a page’s post leads back to the request behind the page, in the chosen language too', async () => {
  const agent = userAgentOf(server)
  const consent = await upToConsent(agent, urlOf())
  const failed = await agent.submit(consent, { decision: 'perhaps' })
  assert.equal(failed.status, 400)
  const [, start = ''] = /id="start-again" href="([^"]*)"/.exec(failed.body) ?? []
  assert.match((await agent.open(start.replaceAll('&amp;', '&'))).url, /\/consent\?/)
  const other = await agent.open(linkTo(failed, 'ja'))
  assert.match(other.url, /\/consent\?/)
  assert.equal(languageOf(other), 'ja')
})

test('an error of a request that cannot succeed leads to the home page; one that passes is tried again', async (t) => {
  const agent = userAgentOf(server)
  assert.match((await agent.open('/authorize?client_id=x')).body, /id="start-again" href="\/"/)
  assert.match(
    await server.get('/nowhere//evil.example', { accept: 'text/html' }).then((one) => one.text()),
    /id="start-again" href="\/"/,
  )
  const broken = await startServer(t, { clients })
  await query(broken.databaseUrl, 'alter table clients rename to elsewhere')
  const failed = await userAgentOf(broken).open('/authorize?client_id=x')
  assert.ok(failed.status >= 500)
  assert.match(linkTo(failed, 'ja'), /\?client_id=x&ui_locales=ja$/)
  assert.match(failed.body, /id="start-again" href=""/)
})

test('after a logout the user can log in again: at the application that asked for it, or where it is said how', async () => {
  const again = async (path: string) => {
    const { body } = await userAgentOf(server).open(path)
    return /id="log-in-again" href="([^"]*)"/.exec(body)?.[1]
  }
  assert.equal(await again('/logout'), '/')
  assert.equal(await again('/logout?client_id=web-app'), 'https://app.example.com/')
})

test('only the pages with a form may run our script, and load the logo of the client', async (t) => {
  const client = { ...clients[0], client_id: 'logo', logo_uri: 'https://logos.example.com/a.png' }
  const { get } = await startServer(t, { clients: [client] })
  const policyOf = async (path: string) => (await get(path)).headers.get('content-security-policy') ?? ''
  const login = await policyOf(urlOf({ client_id: 'logo' }).replace('/authorize', '/login'))
  assert.match(login, /script-src 'self';/)
  assert.match(login, /img-src 'self' data: https:\/\/logos\.example\.com;/)
  assert.doesNotMatch(login, /unsafe/)
  for (const path of ['/', '/logout', '/login']) assert.doesNotMatch(await policyOf(path), /script-src|logos/)
  const script = await get('/pages/page.js')
  assert.match(script.headers.get('content-type') ?? '', /^text\/javascript/)
})
