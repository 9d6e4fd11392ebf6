/** POST /token client_credentials: a JWT signed with ES256 for a client that shows its secret. */
import { besideProvider } from '../beside-provider.ts'
import { atLeast, type Case } from '../findings.ts'
import { post } from '../load.ts'

export const clientCredentials: Case = besideProvider({
  what: 'POST /token client_credentials',
  unit: 'tokens/s',
  goal: ({ ratio }) => atLeast(ratio, 1.5),
  prepare: async ({ endpoints, authorization, resource }) => {
    const form = { grant_type: 'client_credentials', scope: 'items', ...resource }
    const request = post(endpoints.token, form, authorization.service)
    // Every JWT begins with {" in base64url.
    return { connections: 32, turns: [[{ request, contains: '"access_token":"eyJ' }]] }
  },
})
