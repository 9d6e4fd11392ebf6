/** Starts the application: `npm start`. */
import { serve } from '@hono/node-server'
import { createCountersign, OptionsError } from 'countersign'
import { createApp } from './app.ts'
import { countersignOptions } from './countersign.ts'
import { describeProblems, host, issuer, port, secretKey, secrets, stop, trustedProxies } from './settings.ts'

const countersign = await createCountersign(
  { ...countersignOptions(issuer, secrets.clientSecret), secretKey, trustedProxies },
  { migrate: true },
).catch((error: unknown) => {
  if (error instanceof OptionsError) stop(describeProblems(error))
  throw error
})
const app = createApp(countersign, secrets)
const server = serve({ fetch: app.fetch, hostname: host, port }, () => {
  console.log(`The application is at ${new URL(issuer).origin}`)
})
server.on('error', ({ message }: Error) => {
  stop(`The application cannot listen (${message}): set another PORT or HOST in .env.`)
})
process.once('SIGTERM', () => server.close(countersign.close))
