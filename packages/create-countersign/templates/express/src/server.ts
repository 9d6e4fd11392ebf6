/** Starts the application: `npm start`. */
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
const server = app.listen(port, host, (error) => {
  if (error) stop(`The application cannot listen (${error.message}): set another PORT or HOST in .env.`)
  console.log(`The application is at ${new URL(issuer).origin}`)
})
process.once('SIGTERM', () => server.close(countersign.close))
