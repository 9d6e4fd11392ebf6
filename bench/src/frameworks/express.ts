/** GET /items in Express: open, guarded by us, or by express-oauth2-jwt-bearer. */
import { createGuard } from '@countersign/guard'
import { protect } from '@countersign/guard/express'
import express, { type RequestHandler } from 'express'
import { auth } from 'express-oauth2-jwt-bearer'
import { type GuardedBy, items, readSettings, tellUrl } from './settings.ts'

const { issuer, guardedBy } = readSettings()
const guards: Readonly<Record<GuardedBy, () => readonly RequestHandler[]>> = {
  nobody: () => [],
  countersign: () => [protect(createGuard({ issuer, audience: issuer }))],
  peer: () => [auth({ issuerBaseURL: issuer, audience: issuer, tokenSigningAlg: 'ES256' })],
}

const app = express()
app.disable('x-powered-by').disable('etag')
app.get('/items', ...guards[guardedBy](), (_request, response) => {
  response.json(items)
})
const server = app.listen(0, '127.0.0.1', () => {
  const address = server.address()
  tellUrl(typeof address === 'object' ? address?.port : undefined)
})
