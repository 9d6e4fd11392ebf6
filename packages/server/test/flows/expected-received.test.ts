/** `countersign why` shows what a check expected and received, where the reason alone is not enough. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { authorizeUrl, logIn, newPkce, requestOf, webApp } from '../support/code-flow.ts'
import { declaredClients, givenGrant, refresh } from '../support/grants.ts'
import { startServer, type TestServer } from '../support/server.ts'

const day = 86_400

/** What is stored of the failed check, by the request's id. */
async function failedCheck({ server }: TestServer, requestId: string | null): Promise<Record<string, unknown>> {
  const { traces, store } = server.context
  await traces.flush()
  const trace = await store.traces.find(requestId ?? '')
  return trace?.steps.find((step) => step.outcome !== 'ok')?.facts ?? {}
}

const requests: readonly {
  readonly more: Readonly<Record<string, string>>
  readonly check: Readonly<Record<string, string>>
}[] = [
  {
    more: { prompt: 'sel\u{1f600}ect' },
    check: {
      reason: 'prompt_malformed',
      expected: 'none alone, or some of login, consent and select_account',
      received: 'sel\\ud83d\\ude00ect',
    },
  },
  {
    more: { max_age: `-${'9'.repeat(99)}` },
    check: {
      reason: 'max_age_malformed',
      expected: 'a whole number of seconds',
      received: `-${'9'.repeat(56)}...`,
    },
  },
  {
    more: { response_type: 'code token' },
    check: { reason: 'response_type_unsupported', expected: 'code', received: 'code[+ token]' },
  },
  {
    more: { code_challenge: 'short' },
    check: {
      reason: 'pkce_challenge_malformed',
      expected: '43 characters of base64url',
      received: '5 characters',
    },
  },
]

for (const { more, check } of requests) {
  test(`${check['reason']}: the trace has what was expected and received`, async (t) => {
    const server = await startServer(t, { clients: [webApp] })
    const response = await server.get(authorizeUrl(requestOf(webApp, newPkce(), more)))
    assert.deepEqual(await failedCheck(server, response.headers.get('x-request-id')), check)
  })
}

test('id_token_hint_invalid: the trace has the subject of the ID token', async (t) => {
  const server = await startServer(t, { clients: [webApp, { ...webApp, client_id: 'other' }] })
  const { id_token: hint } = await logIn(server, webApp)
  const request = requestOf({ ...webApp, client_id: 'other' }, newPkce(), { id_token_hint: hint })
  const response = await server.get(authorizeUrl(request))
  assert.deepEqual(await failedCheck(server, response.headers.get('x-request-id')), {
    reason: 'id_token_hint_invalid',
    expected: 'other',
    received: 'web-app',
  })
})

test('refresh_token_expired, grant_expired: the trace has how long ago, and the lifetime', async (t) => {
  const server = await startServer(t, { clients: declaredClients })
  const { refreshToken } = await givenGrant(server)
  server.clock.now += 14 * day + 12
  const late = await refresh(server, refreshToken)
  assert.deepEqual(await failedCheck(server, late.requestId), {
    reason: 'refresh_token_expired',
    expected: `used within ${14 * day} s`,
    received: 'expired 12 s ago',
  })
  server.clock.now += 76 * day
  const tooLate = await refresh(server, refreshToken)
  assert.deepEqual(await failedCheck(server, tooLate.requestId), {
    reason: 'grant_expired',
    expected: `at most ${90 * day} s`,
    received: 'expired 12 s ago',
  })
})
