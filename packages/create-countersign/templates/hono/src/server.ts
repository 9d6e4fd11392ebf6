/** Starts the application: `npm start`. The settings are in `.env`. */
import { serve } from '@hono/node-server'
import { createCountersign } from 'countersign'
import { createApp } from './app.ts'
import { countersignOptions } from './countersign.ts'

const { HOST = '127.0.0.1', PORT = '3000', ISSUER = `http://127.0.0.1:${PORT}/auth` } = process.env
const { SECRET_KEY = '', CLIENT_SECRET = '', COOKIE_SECRET = '' } = process.env

const countersign = await createCountersign(
  { ...countersignOptions(ISSUER, CLIENT_SECRET), secretKey: SECRET_KEY },
  { migrate: true },
)
const app = createApp(countersign, { clientSecret: CLIENT_SECRET, cookieSecret: COOKIE_SECRET })
serve({ fetch: app.fetch, hostname: HOST, port: Number(PORT) }, () => {
  console.log(`The application is at ${new URL(ISSUER).origin}`)
})
