/** What the demo app does in the browser: a public client by hand (RFC 9700 §2.1.1, RFC 7636), readable in the developer tools. */

/** Served at `/demo/demo.js`. A file of its own, so that the policy needs no inline script. */
export const demoScriptText: string = `'use strict'
const clientId = 'demo'
const byId = (id) => document.getElementById(id)
const { redirectUri } = document.querySelector('main').dataset
const kept = {
  get: (name) => JSON.parse(sessionStorage.getItem('demo.' + name)),
  set: (name, value) => sessionStorage.setItem('demo.' + name, JSON.stringify(value)),
  clear: () => ['login', 'tokens'].forEach((name) => sessionStorage.removeItem('demo.' + name)),
}

// PKCE: the challenge goes with the browser, the verifier stays here until the code is exchanged.
const base64url = (bytes) => btoa(String.fromCharCode(...bytes)).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
const random = () => base64url(crypto.getRandomValues(new Uint8Array(32)))
const challengeOf = async (verifier) =>
  base64url(new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier))))

async function logIn(scope) {
  const login = { verifier: random(), state: random(), nonce: random() }
  kept.set('login', login)
  const { authorization_endpoint } = await server()
  location.assign(authorization_endpoint + '?' + new URLSearchParams({
    response_type: 'code',
    client_id: clientId,
    redirect_uri: redirectUri,
    scope,
    state: login.state,
    nonce: login.nonce,
    code_challenge: await challengeOf(login.verifier),
    code_challenge_method: 'S256',
  }))
}

// The response of /authorize, in the address of this page.
async function finishLogin(response) {
  const login = kept.get('login')
  const { issuer } = await server()
  history.replaceState(null, '', redirectUri)
  sessionStorage.removeItem('demo.login')
  if (!login || response.get('state') !== login.state || response.get('iss') !== issuer) {
    throw new Error('This response does not belong to a login that this page started. Log in again.')
  }
  if (response.has('error')) throw new Error(response.get('error') + ': ' + response.get('error_description'))
  await getTokens({ grant_type: 'authorization_code', code: response.get('code'), redirect_uri: redirectUri, code_verifier: login.verifier })
  const { id_token } = kept.get('tokens')
  if (id_token && claimsOf(id_token).nonce !== login.nonce) {
    kept.clear()
    throw new Error('The ID token is not from this login: it has another nonce. Log in again.')
  }
  say('Logged in.')
}

async function getTokens(grant) {
  const { token_endpoint } = await server()
  const body = new URLSearchParams({ client_id: clientId, ...grant })
  kept.set('tokens', { ...kept.get('tokens'), ...(await ask(token_endpoint, { method: 'POST', body })) })
}

async function refresh() {
  await getTokens({ grant_type: 'refresh_token', refresh_token: kept.get('tokens').refresh_token })
  say('New tokens, issued at ' + new Date(claimsOf(kept.get('tokens').access_token).iat * 1000).toLocaleTimeString() + '.')
}

async function askUserinfo() {
  const { userinfo_endpoint } = await server()
  const userinfo = await ask(userinfo_endpoint, { headers: { authorization: 'Bearer ' + kept.get('tokens').access_token } })
  byId('userinfo').textContent = JSON.stringify(userinfo, null, 2)
  byId('who').textContent = userinfo.name ?? userinfo.sub
}

async function logOut() {
  const { end_session_endpoint } = await server()
  const { id_token } = kept.get('tokens')
  kept.clear()
  location.assign(end_session_endpoint + '?' + new URLSearchParams({
    client_id: clientId,
    post_logout_redirect_uri: redirectUri,
    ...(id_token && { id_token_hint: id_token }),
  }))
}

let metadata
function server() {
  return (metadata ??= ask('.well-known/openid-configuration', {}))
}

async function ask(address, request) {
  const response = await fetch(address, request)
  const body = await response.json()
  if (response.ok) return body
  const why = response.headers.get('x-request-id')
  throw new Error(body.error + ': ' + body.error_description + '. The reason: countersign why ' + why)
}

function claimsOf(token) {
  const bytes = Uint8Array.from(atob(token.split('.')[1].replaceAll('-', '+').replaceAll('_', '/')), (byte) => byte.charCodeAt(0))
  return JSON.parse(new TextDecoder().decode(bytes))
}

async function show() {
  const tokens = kept.get('tokens')
  byId('logged-out').hidden = tokens !== null
  byId('logged-in').hidden = tokens === null
  if (tokens === null) return
  const identity = tokens.id_token && claimsOf(tokens.id_token)
  const access = claimsOf(tokens.access_token)
  byId('who').textContent ||= access.sub
  byId('id-token').textContent = identity ? JSON.stringify(identity, null, 2) : 'None: the scope openid was not requested.'
  byId('access-token').textContent = JSON.stringify(access, null, 2)
  byId('response').textContent = JSON.stringify(tokens, null, 2)
  byId('ask-userinfo').disabled = !identity
  byId('logout').hidden = !(await server()).end_session_endpoint
  if (identity && byId('userinfo').textContent === '') await askUserinfo()
}

function say(sentence) {
  byId('status').textContent = sentence
}

// Runs an action and shows its outcome.
async function attempt(action) {
  const problem = byId('problem')
  problem.hidden = true
  try {
    await action()
    await show()
  } catch (error) {
    problem.textContent = error.message
    problem.hidden = false
    if (!kept.get('tokens')) await show()
  }
}

function onPress(id, action) {
  byId(id).addEventListener('click', () => attempt(action))
}

byId('logged-out').addEventListener('submit', (event) => {
  event.preventDefault()
  attempt(() => logIn(new FormData(event.target).getAll('scope').join(' ')))
})
onPress('refresh', refresh)
onPress('ask-userinfo', askUserinfo)
onPress('logout', logOut)
onPress('forget', () => kept.clear())

// Codes go to the one address that the client is registered with, so the login must start there.
const response = new URLSearchParams(location.search)
if (location.origin + location.pathname !== redirectUri) location.replace(redirectUri)
else attempt(() => (response.has('state') ? finishLogin(response) : undefined))
`
