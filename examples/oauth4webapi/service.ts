/** A service with a client of its own: gets tokens for itself, asks about tokens, and logs people in. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { finishLogin, type Login, loginAddress, newLogin } from './login.ts'
import { getOwnToken, introspect } from './own-token.ts'
import { discover } from './provider.ts'

const { ISSUER = 'http://127.0.0.1:8000', APP_URL = 'http://127.0.0.1:3000' } = process.env
const { CLIENT_SECRET = 'a secret for development, and for nothing else' } = process.env

const provider = await discover(new URL(ISSUER), 'report-service', CLIENT_SECRET)

const { active, client_id, scope } = await introspect(provider, await getOwnToken(provider, 'items'))
console.log(`A token of the service's own: ${JSON.stringify({ active, client_id, scope })}`)

/** Log-ins that are under way, by the cookie of their browser. */
const logins = new Map<string, Login>()

const server = createServer((request, response) => {
  answer(request, response).catch((error: Error) => {
    console.error(error)
    response.writeHead(400, { 'content-type': 'text/plain' }).end(`${error.message}. Log in again: ${APP_URL}`)
  })
})
const { hostname, port } = new URL(APP_URL)
server.listen(Number(port), hostname, () => console.log(`Log people in at ${APP_URL}. Ctrl-C stops both.`))

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', APP_URL)
  if (url.pathname === '/') await begin(response)
  else if (url.pathname === '/callback') await finish(request, response, url)
  else response.writeHead(url.pathname === '/favicon.ico' ? 204 : 404).end()
}

async function begin(response: ServerResponse): Promise<void> {
  const login = newLogin(`${APP_URL}/callback`)
  logins.set(login.state, login)
  // Binds the log-in to this browser, so that nobody is logged in with the answer of another one (RFC 9700 §4.7).
  const cookie = `login=${login.state}; Path=/callback; Max-Age=600; HttpOnly; SameSite=Lax`
  response.writeHead(303, { location: await loginAddress(provider, login), 'set-cookie': cookie }).end()
}

async function finish(request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> {
  const [, state = ''] = /(?:^|; )login=([\w-]+)/.exec(request.headers.cookie ?? '') ?? []
  const login = logins.get(state)
  if (!login) throw new Error('This browser began no log-in')
  logins.delete(state)
  const { claims, userinfo, accessToken } = await finishLogin(provider, login, url)
  const introspection = await introspect(provider, accessToken)
  response.writeHead(200, { 'content-type': 'application/json' })
  response.end(JSON.stringify({ claims, userinfo, introspection }, null, 2))
}
