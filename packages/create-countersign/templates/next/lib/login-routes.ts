/** The routes of the authorization server. */
import { authorizationServer } from 'countersign/next'
import { countersign } from './countersign.ts'
import { trustedProxies } from './settings.ts'

export const loginRoutes = authorizationServer(countersign, {
  // Next.js does not say who connects. `npm start` listens on 127.0.0.1 alone: what connects there is the proxy, if there is one.
  address: () => (trustedProxies.length > 0 ? '127.0.0.1' : undefined),
})
