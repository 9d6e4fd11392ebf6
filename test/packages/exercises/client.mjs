/** What programs do with the built client, in JavaScript that every Node since 20 runs; each line is a check that held. */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { createClient } from '@countersign/client'
import { fileStorage, logInWithBrowser } from '@countersign/client/node'
import { createWebLogin } from '@countersign/client/server'

const { ISSUER: issuer, CLIENT_ID: clientId, CLIENT_SECRET: clientSecret, FOLDER: folder } = process.env
assert.equal(typeof createWebLogin, 'function')

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
