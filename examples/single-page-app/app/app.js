/** Logs in with oidc-client-ts: by redirect; renewed without leaving the page; out of Countersign too. */
const { issuer } = await (await fetch('settings.json')).json()

const users = new oidc.UserManager({
  authority: issuer,
  client_id: 'single-page-app',
  redirect_uri: `${location.origin}/`,
  silent_redirect_uri: `${location.origin}/silent.html`,
  post_logout_redirect_uri: `${location.origin}/`,
  scope: 'openid profile email',
  loadUserInfo: true,
  // A minute before the access token ends.
  automaticSilentRenew: true,
})

const byId = (id) => document.getElementById(id)

function show(user, status) {
  byId('logged-in').hidden = !user
  byId('logged-out').hidden = Boolean(user)
  byId('profile').textContent = user ? JSON.stringify(user.profile, null, 2) : ''
  byId('status').textContent = status
}

function until(user) {
  return `The access token is good until ${new Date(user.expires_at * 1000).toLocaleTimeString()}.`
}

function onPress(id, action) {
  byId(id).addEventListener('click', () => action().catch(tell))
}

async function tell(error) {
  show(await users.getUser(), `That did not work: ${error.message}. Log in again.`)
}

onPress('log-in', () => users.signinRedirect())
// With the refresh token.
onPress('renew', async () => {
  const user = await users.signinSilent()
  show(user, `Renewed. ${until(user)}`)
})
// With the session at Countersign: for apps on the same site as Countersign, since browsers keep cookies from frames of other sites.
onPress('renew-in-frame', async () => {
  const user = await users.signinSilent({ forceIframeAuth: true })
  show(user, `Renewed in a frame. ${until(user)}`)
})
onPress('log-out', () => users.signoutRedirect())

const answer = new URLSearchParams(location.search)
try {
  if (answer.has('code') || answer.has('error')) await users.signinCallback()
  else if (answer.has('state')) await users.signoutCallback()
  const user = await users.getUser()
  show(user, user ? until(user) : 'You are logged out.')
} catch (error) {
  await tell(error)
}
// The code has had its use; a reload must not bring it again.
history.replaceState(null, '', '/')
