/** A web app on Express. express-openid-connect does the logging in, and keeps the session in a sealed cookie. */
import express from 'express'
import openid from 'express-openid-connect'

const { ISSUER = 'http://127.0.0.1:8000', APP_URL = 'http://127.0.0.1:3000' } = process.env
const { CLIENT_SECRET = 'a secret for development, and for nothing else' } = process.env
const { SESSION_SECRET = 'another secret for development, and for nothing else' } = process.env

/** Sessions that ended at Countersign. In memory: several processes need a store that they share. */
const endedSessions = new Set<unknown>()

const app = express()

// Brings /login, /callback, /logout and /backchannel-logout.
app.use(
  openid.auth({
    issuerBaseURL: ISSUER,
    baseURL: APP_URL,
    clientID: 'photo-album',
    clientSecret: CLIENT_SECRET,
    clientAuthMethod: 'client_secret_basic',
    secret: SESSION_SECRET,
    authRequired: false,
    // The library's default is the implicit flow, which OAuth 2.1 has no more.
    authorizationParams: { response_type: 'code', scope: 'openid profile email' },
    // Who logs out here is logged out of Countersign too (OpenID Connect RP-Initiated Logout).
    idpLogout: true,
    // Who is logged out of Countersign elsewhere is logged out here too (OpenID Connect Back-Channel Logout).
    backchannelLogout: {
      onLogoutToken: (token) => {
        if ('sid' in token) endedSessions.add(token.sid)
      },
      isLoggedOut: ({ oidc }) => endedSessions.has(oidc.idTokenClaims?.['sid']),
      onLogin: false,
    },
  }),
)

app.get('/', (request, response) => {
  const links = request.oidc.isAuthenticated()
    ? '<a href="/profile">Profile</a> <a href="/logout">Log out</a>'
    : '<a href="/login">Log in</a>'
  response.send(page(`<p>${links}</p>`))
})

// Who is not logged in is sent to log in first, and comes back here.
app.get('/profile', openid.requiresAuth(), async (request, response) => {
  const { name, email } = await request.oidc.fetchUserInfo()
  response.send(page(`<h2>${escaped(name)}</h2><p>${escaped(email)}</p><p><a href="/logout">Log out</a></p>`))
})

const { hostname, port } = new URL(APP_URL)
app.listen(Number(port), hostname, () => console.log(`Photo Album is at ${APP_URL}. Ctrl-C stops both.`))

function page(content: string): string {
  return `<!doctype html>
<html lang="en"><meta name="viewport" content="width=device-width"><title>Photo Album</title><link rel="icon" href="data:,">
<style>:root { color-scheme: light dark } body { max-width: 40rem; margin: 3rem auto; padding: 0 1rem; font: 1rem/1.6 system-ui }</style>
<h1>Photo Album</h1>${content}</html>`
}

function escaped(text: unknown): string {
  return String(text ?? '').replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}
