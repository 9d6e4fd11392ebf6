/** For the pages: logs the user in, and keeps the tokens in a sealed cookie. */
import { createWebLogin } from '@countersign/client/server'
import { clientSecret, cookieSecret, issuer, origin } from './settings.ts'

export const web = createWebLogin({
  issuer,
  clientId: 'app',
  clientSecret,
  cookieSecret,
  redirectUri: `${origin}/account/callback`,
  scope: 'openid notes',
  apis: `${origin}/api/`,
})
