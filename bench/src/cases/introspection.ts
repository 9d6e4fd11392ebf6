/** Introspection by a resource server, of 1,000 access tokens by turns: Countersign's are JWTs, the peer knows only opaque ones there. */
import { besideProvider } from '../beside-provider.ts'
import { atLeast, type Case } from '../findings.ts'
import { post } from '../load.ts'
import { requestToken } from '../token-request.ts'

const tokens = 1000

export const introspection: Case = besideProvider({
  what: 'introspection of an access token',
  unit: 'answers/s',
  goal: ({ ratio }) => atLeast(ratio, 1.3),
  prepare: async (server) => {
    const turns = []
    for (let count = 0; count < tokens; count++) {
      const form = { grant_type: 'client_credentials', scope: 'items' }
      const token = await requestToken(server, 'service', form, 'access_token')
      const request = post(server.endpoints.introspect, { token }, server.authorization.api)
      turns.push([{ request, contains: '"active":true' }])
    }
    return { connections: 32, turns }
  },
})
