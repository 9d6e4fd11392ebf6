/** The fields of our pages that name a request or a page: whatever stands in them, no post fails, and none leads to another site. */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { fc } from '../../../../test/support/fast-check.ts'
import { textsOf } from '../support/any-text.ts'
import { authorizeUrl, newPkce, passPages, redirectUri, requestOf, userAgentOf, webApp } from '../support/code-flow.ts'
import { type DatabaseKind, databaseKinds } from '../support/databases.ts'
import { hiddenFields, postForm } from '../support/page-posts.ts'
import { startServer } from '../support/server.ts'

const query = `${new URLSearchParams(authorizeUrl(requestOf(webApp, newPkce())).split('?')[1])}`
const others = [
  '//evil.example',
  'https://evil.example/',
  '\\evil',
  '\r\nLocation: //evil.example',
  'login?',
  'logout?',
]
const part = textsOf(query, 'ui_locales=ru', 'ui%5Flocales=ja', 'request=x', 'client_id=web-app', '&', ...others)
/** A request that is valid, one with something in it, or any text. */
const texts = fc.oneof(
  fc.constant(query),
  fc.tuple(part, fc.nat({ max: query.length })).map(([text, at]) => query.slice(0, at) + text + query.slice(at)),
  part,
)

/** A repeated text in escapes is longer than a body may be. */
const rejected = [400, 413]

const posts = [
  ['/login', { decision: 'cancel' }],
  ['/consent', { decision: 'allow', remember: 'yes' }],
  ['/consent', { decision: 'deny' }],
  ['/consent', { decision: 'switch' }],
  ['/select-account', {}],
  ['/logout/confirm', { decision: 'stay' }],
] as const

/** Posts forms of a browser in which tim is logged in. */
async function startForms(t: TestContext, database: DatabaseKind) {
  const test = await startServer(t, { database, clients: [webApp] })
  const agent = userAgentOf(test)
  await passPages(agent, await agent.open(`/authorize?${query}`))
  const fields = hiddenFields(await agent.open(`/consent?${query}`))
  return async (path: string, changed: Readonly<Record<string, string>>) => {
    const { status, headers } = await postForm(agent, path, { ...fields, ...changed })
    assert.deepEqual(
      test.log.filter(({ level }) => level === 'error'),
      [],
    )
    return { status, location: headers.get('location') }
  }
}

for (const database of databaseKinds) {
  test(`whatever request a form names on ${database}, it is rejected or leads on to our own pages or the client`, async (t) => {
    const post = await startForms(t, database)
    const property = fc.asyncProperty(texts, fc.constantFrom(...posts), async (text, [path, chosen]) => {
      const { status, location } = await post(path, { ...chosen, request: text })
      assert.ok([200, 303, ...rejected].includes(status), `${status}`)
      assert.equal(location === null, status !== 303)
      if (location?.startsWith('/')) assert.match(location, /^\/authorize\?[\x21-\x7e]*$/)
      else if (location !== null) assert.ok(location.startsWith(`${redirectUri}?`), location)
    })
    await fc.assert(property, { numRuns: 100 })
  })

  test(`whatever page a form comes from on ${database}, a language leads back to one of our pages or is rejected`, async (t) => {
    const post = await startForms(t, database)
    const pages = fc.constantFrom('login?', 'select-account?', 'consent?', 'logout?', '', '/login?', 'authorize?')
    const languages = fc.constantFrom('ru', 'ja', 'en', 'xx')
    const property = fc.asyncProperty(pages, texts, languages, async (page, text, language) => {
      const { status, location } = await post('/language', { return: page + text, language })
      assert.ok([303, ...rejected].includes(status), `${status}`)
      if (location !== null) assert.match(location, /^\/(login|select-account|consent|logout)\?[\x21-\x7e]*$/)
    })
    await fc.assert(property, { numRuns: 100 })
  })
}
