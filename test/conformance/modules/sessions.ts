/** Modules about existing sessions: prompt, max_age, id_token_hint (OIDC Core §3.1.2.1). */
import assert from 'node:assert/strict'
import { randomText, rejectedAuthorization, requestOf } from '../support/authorization.ts'
import { interactionErrors } from '../support/callback.ts'
import type { Module, Suite } from '../support/suite.ts'
import { flow, type Tokens } from '../support/tokens.ts'

export const sessionModules: readonly Module[] = [
  {
    name: 'oidcc-prompt-login',
    run: async (suite) => {
      const first = await flow(suite)
      suite.clock.now += 1
      const second = await flow(suite, suite.clients.client, { prompt: 'login' })
      checkSecondLogin(first, second)
    },
  },
  {
    name: 'oidcc-prompt-none-not-logged-in',
    run: async (suite) => {
      const request = requestOf(suite, suite.clients.client, { prompt: 'none', state: randomText(128) })
      assert.ok(interactionErrors.includes(await rejectedAuthorization(suite, request)))
    },
  },
  {
    name: 'oidcc-prompt-none-logged-in',
    run: async (suite) => {
      const first = await flow(suite)
      checkSameLogin(first, await flow(suite, suite.clients.client, { prompt: 'none' }))
    },
  },
  {
    name: 'oidcc-max-age-1',
    run: async (suite) => {
      const first = await flow(suite)
      suite.clock.now += 2
      const second = await flow(suite, suite.clients.client, { max_age: '1' })
      checkSecondLogin(first, second)
      assert.ok(suite.clock.now - authTimeOf(second) <= 1)
    },
  },
  {
    name: 'oidcc-max-age-10000',
    run: async (suite) => {
      const first = await flow(suite, suite.clients.client, { max_age: '15000' })
      suite.clock.now += 1
      checkSameLogin(first, await flow(suite, suite.clients.client, { max_age: '10000' }))
    },
  },
]

export const idTokenHintModule: Module = {
  name: 'oidcc-id-token-hint',
  run: async (suite: Suite) => {
    const first = await flow(suite)
    const hint = { prompt: 'none', id_token_hint: first.idToken.text }
    checkSameLogin(first, await flow(suite, suite.clients.client, hint))
  },
}

/** The user had to enter the password again, although the browser had a session. */
function checkSecondLogin(first: Tokens, second: Tokens): void {
  assert.deepEqual([first.logins, second.logins], [1, 1])
  assert.ok(authTimeOf(second) > authTimeOf(first))
  assert.equal(second.idToken.claims.sub, first.idToken.claims.sub)
}

/** The user saw no page. */
function checkSameLogin(first: Tokens, second: Tokens): void {
  assert.deepEqual([first.logins, second.logins], [1, 0])
  assert.equal(authTimeOf(second), authTimeOf(first))
  assert.equal(second.idToken.claims.sub, first.idToken.claims.sub)
}

function authTimeOf({ idToken }: Tokens): number {
  const time = idToken.claims['auth_time']
  assert.ok(typeof time === 'number')
  return time
}
