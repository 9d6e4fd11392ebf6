/** The device flow with a real issuer, oidc-provider: the user opens the URL on another device, and the program goes on. */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { createClient } from '@countersign/client'
import { fileStorage, logInWithDevice } from '@countersign/client/node'
import { runClientCommand, startClientCommand } from '../support/client-command.ts'
import { agreeAt, startForeignIssuer } from '../support/foreign-issuer.ts'
import { temporaryFolder } from '../support/process.ts'

const completeAddress = /(http\S+\?user_code=\S+)/

function startIssuer(t: TestContext): Promise<string> {
  return startForeignIssuer(t, {
    features: { deviceFlow: { enabled: true }, revocation: { enabled: true } },
    clients: [
      {
        client_id: 'television',
        application_type: 'native',
        token_endpoint_auth_method: 'none',
        grant_types: ['urn:ietf:params:oauth:grant-type:device_code', 'refresh_token'],
        redirect_uris: [],
        response_types: [],
      },
    ],
  })
}

test('the user agrees on another device; the tokens are kept, checked and renewed', async (t) => {
  const issuer = await startIssuer(t)
  const storage = fileStorage(join(temporaryFolder(t), 'tokens.json'))
  const client = createClient({ issuer, clientId: 'television', scope: 'openid offline_access', storage })
  let address = ''
  let waits = 0
  const tokens = await logInWithDevice(client, {
    tell: (text) => {
      address = completeAddress.exec(text)?.[1] ?? ''
    },
    // The first request finds nobody there yet.
    sleep: async () => {
      if (++waits === 2) await agreeAt(address, 'ada')
    },
  })
  assert.equal(waits, 2)
  assert.equal(tokens.claims?.sub, 'ada')
  assert.equal((await client.user())?.sub, 'ada')
  const renewed = await client.refresh()
  assert.notEqual(renewed.accessToken, tokens.accessToken)
  assert.equal(renewed.claims?.sub, 'ada')
})

test('the command over SSH: login takes the device flow by itself, then a token, then logout', async (t) => {
  const issuer = await startIssuer(t)
  const environment = { XDG_CONFIG_HOME: temporaryFolder(t), SSH_TTY: '/dev/pts/0' }
  const flags = ['--issuer', issuer, '--client-id', 'television']
  const login = startClientCommand(t, ['login', ...flags, '--scope', 'openid offline_access'], environment)
  await agreeAt(await login.said(completeAddress), 'ada')
  await login.said(/^Logged in as ada\.$/m)
  assert.equal(await login.ended, 0)
  const token = await runClientCommand(['token', ...flags], environment)
  assert.deepEqual([token.code, token.stderr], [0, ''])
  assert.match(token.stdout, /^[\w-]{20,}\n$/)
  assert.equal(
    (await runClientCommand(['logout', ...flags], environment)).stdout,
    'Logged out: the tokens are revoked.\n',
  )
  assert.equal((await runClientCommand(['token', ...flags], environment)).code, 3)
})
