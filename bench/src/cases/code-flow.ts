/** The whole code flow of someone who is logged in and has consented: /authorize to a code, the code to three tokens. */
import { besideProviderTwice } from '../beside-provider.ts'
import { authorizeBy } from '../browser.ts'
import { authorizationRequest, exchangeOf } from '../code-flow.ts'
import { atLeast, type Case } from '../findings.ts'
import { getWith, post } from '../load.ts'

export const codeFlow: Case = besideProviderTwice({
  what: 'the code flow, from /authorize to the tokens',
  unit: 'flows/s',
  goal: ({ ratio }) => atLeast(ratio, 1.5),
  prepare: async (server) => {
    const path = authorizationRequest(server)
    const { cookie } = await authorizeBy(server, path, '')
    const authorize = { request: getWith(path, { cookie }), status: 303, learns: { code: '[?&]code=([^&\\s]+)' } }
    const request = post(server.endpoints.token, exchangeOf('{code}'), server.authorization['web-app'])
    return { connections: 32, turns: [[authorize, { request, contains: '"id_token":"eyJ' }]] }
  },
})
