/** The application: its pages, its API, and the login of both. */
import { requireLogin, sessionOf, webLogin } from '@countersign/client/express'
import { createWebLogin } from '@countersign/client/server'
import { createGuard } from '@countersign/guard'
import { accessOf, protect } from '@countersign/guard/express'
import type { Countersign } from 'countersign'
import { authorizationServer } from 'countersign/express'
import express, { type Request as Incoming, type Response as Outgoing } from 'express'
import { page } from './page.ts'

export interface Secrets {
  readonly clientSecret: string
  readonly cookieSecret: string
}

/** `now` is the clock in seconds: tests have one that they advance. */
export function createApp(countersign: Countersign, secrets: Secrets, now: () => number = () => Date.now() / 1000) {
  const { issuer } = countersign
  const { origin } = new URL(issuer)

  // For the API: checks the access token of each request.
  const guard = createGuard({
    issuer,
    audience: issuer,
    revocations: { interval: 1 },
    fetch: (input, init) => countersign.fetch(new Request(input, init)),
    now,
  })

  // For the pages: logs the user in, and keeps the tokens in a sealed cookie.
  const web = createWebLogin({
    ...secrets,
    issuer,
    clientId: 'app',
    redirectUri: `${origin}/account/callback`,
    scope: 'openid notes',
    apis: `${origin}/api/`,
    now,
  })

  const app = express()
  app.use(authorizationServer(countersign)) // everything under /auth
  app.use(webLogin(web)) // /account/login, /account/callback, /account/logout

  app.get('/', async (request, response) => {
    response.send(page((await sessionOf(web, request, response)) !== undefined))
  })

  app.get(
    '/notes',
    requireLogin(web, async (_request: Incoming, response: Outgoing, session) => {
      const notes = await session.fetch(`${origin}/api/notes`)
      response.send(page(true, (await notes.json()) as readonly string[]))
    }),
  )

  app.get('/api/notes', protect(guard, { scopes: ['notes'] }), (request, response) => {
    response.json(notesOf(accessOf(request).subject))
  })

  return app
}

/** Replace it by your own data. */
function notesOf(userId: string): readonly string[] {
  return [`This note belongs to the user ${userId}.`]
}
