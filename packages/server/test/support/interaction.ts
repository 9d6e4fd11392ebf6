/** What the tests of interactions share: two users, the clients, and a browser that is logged in or at the consent page. */
import assert from 'node:assert/strict'
import type { Page, UserAgent } from '../../src/user-agent/user-agent.ts'
import { givenPassword } from './accounts.ts'
import { authorizeUrl, newPkce, requestOf, singlePageApp, webApp } from './code-flow.ts'
import type { TestServer } from './server.ts'

export const clients = [webApp, singlePageApp, { ...webApp, client_id: 'other' }]
export const tim = { username: 'tim', password: 'tim1234' }
export const mary = { username: 'mary', password: 'mary has a little lamb' }
export const urlOf = (more = {}) => authorizeUrl(requestOf(webApp, newPkce(), more))

/** The page that the browser shows after tim has logged in for `url`, and before he consents. */
export async function upToConsent(agent: UserAgent, url: string): Promise<Page> {
  const page = await agent.submit(await agent.open(url), tim)
  assert.match(page.url, /\/consent\?/)
  return page
}

/** tim and mary are logged in with one browser, mary last. */
export async function bothLoggedIn(server: TestServer, agent: UserAgent): Promise<void> {
  await givenPassword(server, mary.username, mary.password)
  await agent.submit(await agent.open(urlOf()), tim)
  await agent.submit(await agent.open(urlOf({ prompt: 'login' })), mary)
}
