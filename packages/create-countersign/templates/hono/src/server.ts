/** Starts the application: `npm start`. */
import { serve } from '@hono/node-server'
import { createCountersign } from 'countersign'
import { createApp } from './app.ts'
import { countersignOptions } from './countersign.ts'
import { host, issuer, port, secretKey, secrets, trustedProxies } from './settings.ts'

const countersign = await createCountersign(
  { ...countersignOptions(issuer, secrets.clientSecret), secretKey, trustedProxies },
  { migrate: true },
)
const app = createApp(countersign, secrets)
const server = serve({ fetch: app.fetch, hostname: host, port }, () => {
  console.log(`The application is at ${new URL(issuer).origin}`)
})
process.once('SIGTERM', () => server.close(countersign.close))
