/** What programs do with the built client, in JavaScript that every Node since 20 runs; each line is a check that held. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { createClient } from '@countersign/client'
import { fileStorage, logInWithBrowser } from '@countersign/client/node'
import { createWebLogin } from '@countersign/client/server'

const { ISSUER: issuer, CLIENT_ID: clientId, CLIENT_SECRET: clientSecret, FOLDER: folder } = process.env

const service = createClient({ issuer, clientId, clientSecret })
const { accessToken } = await service.clientCredentials()
assert.equal(await service.accessToken(), accessToken)
console.log('client credentials: kept')

const tutorial = createClient({ issuer, clientId: 'exercises', scope: 'me items' })
await tutorial.password({ username: 'tim', password: 'tim1234' })
assert.equal((await tutorial.fetch(`${issuer}/users/me`)).status, 200)
await assert.rejects(tutorial.fetch('https://elsewhere.example/'), { code: 'api_not_allowed' })
console.log('password: calls the API')

const storage = fileStorage(join(folder, 'tokens.json'))
const options = { issuer, clientId: 'exercises', scope: 'openid me items', storage }
const program = createClient(options)
// The test reads the address, and is the browser that comes back.
await logInWithBrowser(program, { open: () => {}, tell: (text) => console.log(text) })
assert.equal((await program.user()).sub, 'tim')
console.log('code flow: logged in')

const [first, second] = await Promise.all([program.refresh(), program.refresh()])
assert.equal(first.accessToken, second.accessToken)
assert.equal(await createClient(options).accessToken(), first.accessToken)
console.log('refresh: once, and in the file')

await program.revoke()
await assert.rejects(program.accessToken(), { code: 'login_required' })
assert.equal(
  (await fetch(`${issuer}/users/me`, { headers: { authorization: `Bearer ${first.accessToken}` } })).status,
  401,
)
console.log('revoke: nothing is left')

// The app of a web login. The test comes back without the browser's cookie, so the browser is played here.
const app = createServer((_message, response) => response.end()).listen(0, '127.0.0.1')
await once(app, 'listening')
const origin = `http://127.0.0.1:${app.address().port}`
const web = createWebLogin({
  issuer,
  clientId: 'exercises',
  redirectUri: `${origin}/callback`,
  cookieSecret: 'a secret of the exercises, and of nothing else',
  scope: 'openid me items',
  apis: issuer,
})
const begun = await visit('/login?return_to=/items')
console.log(`web login: ${begun.headers.get('location')}`)
const [message] = await once(app, 'request')
app.close()
const landing = await visit(message.url, cookiesOf(begun))
assert.equal(landing.headers.get('location'), `${origin}/items`)
const session = await web.session(requestOf('/items', cookiesOf(landing)), () => {})
assert.equal(session.claims.sub, 'tim')
assert.equal((await session.fetch(`${issuer}/users/me`)).status, 200)
assert.equal(await web.session(requestOf('/items', ''), () => {}), undefined)
console.log('web login: logged in')

function requestOf(path, cookie) {
  return new Request(origin + path, { headers: { cookie, accept: 'text/html', 'sec-fetch-site': 'none' } })
}

async function visit(path, cookie = '') {
  const response = await web.handle(requestOf(path, cookie))
  assert.equal(response.status, 303, await response.text())
  return response
}

function cookiesOf(response) {
  return response.headers
    .getSetCookie()
    .map((line) => line.split(';', 1)[0])
    .join('; ')
}
