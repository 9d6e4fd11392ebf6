/** A web app whose pages are made on the server: the browser has one sealed cookie, and no token. */
import { readFileSync } from 'node:fs'
import { requireLogin, sessionOf, webLogin } from '@countersign/client/hono'
import { createWebLogin } from '@countersign/client/server'
import { serve } from '@hono/node-server'
import { type Context, Hono } from 'hono'
import { html } from 'hono/html'
import { layout, type Person } from './layout.ts'

const { ISSUER = 'http://127.0.0.1:8000', APP_URL = 'http://127.0.0.1:3000' } = process.env
const { CLIENT_SECRET = 'a secret for development, and for nothing else' } = process.env
const { COOKIE_SECRET = 'another secret for development, and for nothing else' } = process.env

const web = createWebLogin({
  issuer: ISSUER,
  clientId: 'web-app',
  clientSecret: CLIENT_SECRET,
  redirectUri: `${APP_URL}/auth/callback`,
  scope: 'openid profile email me items',
  cookieSecret: COOKIE_SECRET,
})

// The pages run no scripts. Forms may also lead to Countersign, since a logout goes on there.
const policy = [
  "default-src 'none'",
  "style-src 'self'",
  'img-src data:',
  `form-action 'self' ${ISSUER}`,
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ')

const app = new Hono()

app.use(async (context, next) => {
  await next()
  if (!context.res.headers.has('content-security-policy')) context.header('content-security-policy', policy)
  context.header('cache-control', 'no-store')
  context.header('x-content-type-options', 'nosniff')
})

// Adds /auth/login, /auth/callback, /auth/logout and /auth/session.
app.use(webLogin(web))

app.get('/', async (context) => {
  const session = await sessionOf(web, context)
  if (session === undefined) {
    const content = html`<h1>Your items, on the server</h1>
<p>Log in with Countersign to see them. No token reaches your browser, and no page needs JavaScript.</p>
<p><a class="button" href="/auth/login?return_to=/items">Log in</a></p>`
    return context.html(layout('Web App', undefined, content))
  }
  const person = await read<Person>(await session.fetch(`${ISSUER}/users/me`))
  const content = html`<h1>Hello, ${person.full_name}</h1>
<p class="faint">${person.email}</p>
<p><a class="button" href="/items">Your items</a></p>`
  return context.html(layout('Web App', person, content))
})

// Other users log in first, and come back here.
app.get(
  '/items',
  requireLogin(web, async (context: Context, session) => {
    const [person, items] = await Promise.all([
      session.fetch(`${ISSUER}/users/me`).then(read<Person>),
      session.fetch(`${ISSUER}/users/me/items`).then(read<readonly { readonly item_id: number }[]>),
    ])
    const content = html`<h1>Your items</h1>
<ul>${items.map(({ item_id }) => html`<li>Item ${item_id}</li>`)}</ul>
<p><a href="/">Back</a></p>`
    return context.html(layout('Your items', person, content))
  }),
)

app.get('/style.css', (context) => context.body(style, 200, { 'content-type': 'text/css; charset=utf-8' }))
const style = readFileSync('style.css', 'utf8')

/** The content of the API's response. Anything but success leads to the error page. */
async function read<Content>(response: Response): Promise<Content> {
  if (!response.ok) throw new Error(`${response.url} responds with ${response.status}`)
  return JSON.parse(await response.text())
}

const { hostname, port } = new URL(APP_URL)
serve({ fetch: app.fetch, hostname, port: Number(port) }, () => {
  console.log(`The web app is at ${APP_URL}. Ctrl-C stops both.`)
})
