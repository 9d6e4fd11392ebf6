/** The cookie of a web app's session under attack: changed, sealed for something else, sent twice, planted before a login. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createWebLogin } from '../../src/server/index.ts'
import { browserOf, comeBack, logInWith, origin, sessionOf, startWebLogin } from '../support/web-logins.ts'

const sessionCookie = '__Host-web-login'

test('a cookie that was changed, cut, or made by others is neither a session nor an error', async (t) => {
  const { web, issuer, options } = await startWebLogin(t)
  const browser = browserOf(web)
  await logInWith(browser, issuer)
  const valid = browser.cookies.get(sessionCookie) ?? ''
  const bad: string[] = [
    '',
    '1',
    '1.',
    '2.',
    `2${valid.slice(1)}`,
    `9${valid.slice(1)}`,
    `0${valid.slice(1)}`,
    valid.slice(2),
  ]
  for (let index = 0; index < valid.length - 1; index += 37) {
    bad.push(`${valid.slice(0, index)}${valid[index] === 'A' ? 'B' : 'A'}${valid.slice(index + 1)}`)
    bad.push(valid.slice(0, index))
    bad.push(`${valid.slice(0, index)} ${valid.slice(index)}`)
  }
  bad.push(
    `${valid}A`,
    `${valid}=`,
    // RFC 4648 §3.5: the same bytes, with a bit that belongs to none of them.
    withStrayBits(valid),
    `1.${'A'.repeat(3)}`,
    `1.${'A'.repeat(5000)}`,
    '__proto__',
    '1.__proto__',
    '"',
    '%00',
  )
  const other = createWebLogin({ ...options, cookieSecret: 'another secret of the tests, and of nothing else' })
  const otherBrowser = browserOf(other)
  await logInWith(otherBrowser, issuer)
  bad.push(otherBrowser.cookies.get(sessionCookie) ?? '')
  for (const value of bad) {
    browser.cookies.set(sessionCookie, value)
    assert.equal(await sessionOf(web, browser), undefined, value)
    assert.deepEqual(await (await browser.open('/auth/session')).json(), { isLoggedIn: false })
  }
  browser.cookies.set(sessionCookie, valid)
  assert.ok(await sessionOf(web, browser))
})

/** The next character of the alphabet in place of the last one, whose lowest bits are unused. */
function withStrayBits(sealed: string): string {
  const changed = sealed.slice(0, -1) + String.fromCharCode(sealed.charCodeAt(sealed.length - 1) + 1)
  assert.notEqual((sealed.length - '1.'.length) % 4, 0, 'no bits are unused')
  assert.deepEqual(Buffer.from(changed.slice(2), 'base64url'), Buffer.from(sealed.slice(2), 'base64url'))
  return changed
}

test('a sealed cookie opens only under its own name', async (t) => {
  const { web, issuer, options } = await startWebLogin(t)
  const browser = browserOf(web)
  await comeBack(browser, issuer)
  const [loginCookie = ''] = browser.cookies.values()
  browser.cookies.set(sessionCookie, `1.${loginCookie}`)
  assert.equal(await sessionOf(web, browser), undefined)

  await logInWith(browser, issuer)
  const session = browser.cookies.get(sessionCookie) ?? ''
  const other = createWebLogin({ ...options, cookieName: 'other' })
  const otherBrowser = browserOf(other)
  otherBrowser.cookies.set('__Host-other', session)
  assert.equal(await sessionOf(other, otherBrowser), undefined)
})

test('the ids of a session store are sealed: knowing one gives no session, and a text in the store opens only for its id', async (t) => {
  const kept = new Map<string, string>()
  const requested: string[] = []
  const session = {
    get: (id: string) => {
      requested.push(id)
      return kept.get(id)
    },
    set: (id: string, text: string) => kept.set(id, text),
    remove: (id: string) => kept.delete(id),
  }
  const { web, issuer } = await startWebLogin(t, { session })
  const alice = browserOf(web)
  await logInWith(alice, issuer)
  const mallory = browserOf(web)
  await logInWith(mallory, issuer)
  const [aliceId = '', malloryId = ''] = kept.keys()
  requested.length = 0
  const stranger = browserOf(web)
  for (const value of [aliceId, `1.${aliceId}`, '__proto__', '../etc/passwd', '*']) {
    stranger.cookies.set(sessionCookie, value)
    assert.equal(await sessionOf(web, stranger), undefined)
  }
  assert.deepEqual(requested, [])
  kept.set(malloryId, kept.get(aliceId) ?? '')
  assert.equal(await sessionOf(web, mallory), undefined)
})

test('Q6 two cookies with the same name are both ignored', async (t) => {
  const { web, issuer } = await startWebLogin(t)
  const browser = browserOf(web)
  await logInWith(browser, issuer)
  const valid = `${sessionCookie}=${browser.cookies.get(sessionCookie)}`
  for (const cookie of [
    `${valid}; ${sessionCookie}=1.planted`,
    `${sessionCookie}=; ${valid}`,
    `${valid}; ${valid}; ${valid}`,
  ]) {
    const request = new Request(`${origin}/`, { headers: { cookie } })
    assert.equal(await web.session(request, () => {}), undefined)
  }
  const request = new Request(`${origin}/`, { headers: { cookie: `__proto__=1; ;=; a; ${valid}; constructor=2` } })
  assert.ok(await web.session(request, () => {}))
})

test('I2 each login has a new cookie that nobody can know, and ends the session before it', async (t) => {
  const kept = new Map<string, string>()
  const session = {
    get: (id: string) => kept.get(id),
    set: (id: string, text: string) => kept.set(id, text),
    remove: (id: string) => kept.delete(id),
  }
  const { web, issuer } = await startWebLogin(t, { session })
  const attacker = browserOf(web)
  await logInWith(attacker, issuer)
  const planted = attacker.cookies.get(sessionCookie) ?? ''
  const victim = browserOf(web)
  victim.cookies.set(sessionCookie, planted)
  await logInWith(victim, issuer)
  assert.notEqual(victim.cookies.get(sessionCookie), planted)
  assert.ok(await sessionOf(web, victim))
  assert.equal(await sessionOf(web, attacker), undefined)
  assert.equal([...kept.values()].filter((text) => text !== 'ended').length, 1)
})
