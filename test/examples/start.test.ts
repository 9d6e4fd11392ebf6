/** examples/start.ts: its messages when an example cannot start. */
import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { type TestContext, test } from 'node:test'
import { startExample } from '../support/example.ts'

async function takenPort(t: TestContext): Promise<string> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => server.close())
  const address = server.address()
  assert.ok(typeof address === 'object' && address)
  return String(address.port)
}

test('a port of the example that is in use is reported with the fix', async (t) => {
  const port = await takenPort(t)
  const example = await startExample(t, 'express', { APP_PORT: port })
  assert.equal(await example.ended, 1)
  assert.match(example.output(), new RegExp(`Port ${port} is taken\\. Stop .*: APP_PORT=${Number(port) + 1} npm start`))
})

test('a port of Countersign that is in use is reported with the fix, and the example does not start', async (t) => {
  const port = await takenPort(t)
  const example = await startExample(t, 'express', { PORT: port })
  assert.equal(await example.ended, 1)
  assert.match(example.output(), new RegExp(`Port ${port} on 127\\.0\\.0\\.1 is in use`))
  assert.doesNotMatch(example.output(), /Photo Album/)
})

test('a port of the example that is no port is reported with the fix, and nothing starts', async (t) => {
  const example = await startExample(t, 'express', { APP_PORT: '3000a' })
  assert.equal(await example.ended, 1)
  assert.match(example.output(), /^APP_PORT must be a number from 0 to 65535, such as 3000\n$/)
})

test('an invalid setting is reported in one line', async (t) => {
  const example = await startExample(t, 'openid-client', { ALGORITHM: 'none' })
  assert.equal(await example.ended, 1)
  assert.match(example.output(), /^ALGORITHM must be one of HS256, ES256, RS256, EdDSA\n$/)
})
