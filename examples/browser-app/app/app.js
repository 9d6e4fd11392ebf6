/** Logs in with Countersign, shows the user's items, and logs out again. */
import { createClient } from '@countersign/client'

const { issuer } = await (await fetch('settings.json')).json()

const client = createClient({
  issuer,
  clientId: 'browser-app',
  redirectUri: `${location.origin}/`,
  postLogoutRedirectUri: `${location.origin}/`,
  scope: 'openid profile email me items',
})

const byId = (id) => document.getElementById(id)

async function show() {
  const user = await client.user()
  byId('logged-in').hidden = !user
  byId('log-out').hidden = !user
  byId('logged-out').hidden = Boolean(user)
  if (user) await Promise.all([showProfile(), showItems()])
}

async function showProfile() {
  const profile = await read('/userinfo')
  byId('name').textContent = profile.name
  byId('email').textContent = profile.email
}

async function showItems() {
  const items = await read('/users/me/items')
  byId('items').replaceChildren(...items.map(toListItem))
  tell(`Loaded at ${new Date().toLocaleTimeString()}.`)
}

/** The response of the API. The request has the token, renewed if it is about to expire. */
async function read(path) {
  const response = await client.fetch(`${issuer}${path}`)
  if (!response.ok) throw new Error(`The API responded with ${response.status}.`)
  return await response.json()
}

function toListItem(item) {
  const element = document.createElement('li')
  element.textContent = `Item ${item.item_id}`
  return element
}

function tell(text) {
  byId('status').textContent = text
}

async function attempt(action) {
  try {
    await action()
  } catch (error) {
    if (error.code === 'login_required') await show()
    tell(error.message)
  }
}

byId('log-in').addEventListener('click', () => attempt(() => client.login()))
byId('reload').addEventListener('click', () => attempt(showItems))
byId('log-out').addEventListener('click', () => attempt(async () => location.assign(await client.logout())))

// Countersign sends the browser back with the response to the login in the URL.
const parameters = new URLSearchParams(location.search)
if (parameters.has('code') || parameters.has('error')) await attempt(() => client.callback())
await attempt(show)
