/** POST /token refresh_token: every refresh presents the token that the last one gave, and gets an access, an ID and a refresh token. */
import { besideProviderTwice } from '../beside-provider.ts'
import { authorizeBy } from '../browser.ts'
import { authorizationRequest, exchangeOf } from '../code-flow.ts'
import { atLeast, type Case } from '../findings.ts'
import type { FlowServer } from '../flow-servers.ts'
import { post, type Step, type Values, type Work } from '../load.ts'
import { requestToken } from '../token-request.ts'

export const refresh: Case = besideProviderTwice({
  what: 'POST /token refresh_token',
  unit: 'refreshes/s',
  goal: ({ perSecond }) => atLeast(perSecond, 3000, 'a second'),
  prepare: (server) => refreshes(server, 32),
})

/** Each connection has a grant of its own. */
export async function refreshes(server: FlowServer, connections: number): Promise<Work> {
  const form = { grant_type: 'refresh_token', refresh_token: '{token}' }
  const step: Step = {
    request: post(server.endpoints.token, form, server.authorization['web-app']),
    contains: '"id_token":"eyJ',
    learns: { token: '"refresh_token":"([^"]+)"' },
  }
  return { connections, turns: [[step]], values: await firstTokens(server, connections) }
}

async function firstTokens(server: FlowServer, connections: number): Promise<readonly Values[]> {
  const values: Values[] = []
  let cookie = ''
  while (values.length < connections) {
    const sentBack = await authorizeBy(server, authorizationRequest(server), cookie)
    cookie = sentBack.cookie
    values.push({ token: await requestToken(server, 'web-app', exchangeOf(sentBack.code), 'refresh_token') })
  }
  return values
}
