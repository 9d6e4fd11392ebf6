/** What users, applications and resource servers do, one step at a time, at a server in process. */
import assert from 'node:assert/strict'
import type { ClientDeclaration } from '../../../packages/server/src/domain/client-metadata.ts'
import type { UserAgent } from '../../../packages/server/src/user-agent/user-agent.ts'
import { basicOf, clientSecret } from '../../../packages/server/test/support/clients.ts'
import {
  authorizeUrl,
  newPkce,
  passPages,
  redirectUri,
  requestOf,
  responseOf,
  userAgentOf,
  webApp,
} from '../../../packages/server/test/support/code-flow.ts'
import { migratingApp } from '../../../packages/server/test/support/password-grant.ts'
import { tim } from '../../../packages/server/test/support/people.ts'
import type { TestServer } from '../../../packages/server/test/support/server.ts'

const api: ClientDeclaration = {
  client_id: 'api',
  client_secret: clientSecret,
  grant_types: ['client_credentials'],
  resource_server: true,
  scope: 'items',
}

/** What the server must have been started with. */
export const clients: readonly ClientDeclaration[] = [webApp, migratingApp, api]

/** As long as those of browsers: used codes and tokens are stored with it. */
const headers = {
  'user-agent': 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36',
}

/** A grant, by what its application has of it. */
export interface Held {
  readonly client: ClientDeclaration
  readonly accessToken: string
  readonly refreshToken: string
}

export interface Traffic {
  /** With a password, in a browser without a session. */
  readonly login: () => Promise<{ readonly browser: UserAgent; readonly held: Held }>
  /** The code flow again, by the session of the browser. */
  readonly signOn: (browser: UserAgent) => Promise<Held>
  readonly passwordLogin: () => Promise<Held>
  readonly wrongPassword: () => Promise<void>
  readonly refresh: (held: Held) => Promise<Held>
  readonly revoke: (held: Held) => Promise<void>
  readonly logout: (browser: UserAgent) => Promise<void>
  readonly serviceToken: () => Promise<void>
  readonly introspection: (held: Held) => Promise<void>
  readonly usersMe: (held: Held) => Promise<void>
  readonly feed: () => Promise<void>
}

export function trafficAt(server: TestServer): Traffic {
  const { get, post } = server

  async function expect(response: Response, status = 200): Promise<string> {
    const body = await response.text()
    assert.equal(response.status, status, body)
    return body
  }

  const postAs = async ({ client_id, client_secret }: ClientDeclaration, path: string, form: Record<string, string>) =>
    await expect(await post(path, form, { ...basicOf(client_id ?? '', client_secret), ...headers }))

  async function tokens(client: ClientDeclaration, form: Record<string, string>): Promise<Held> {
    const body: Record<string, string> = JSON.parse(await postAs(client, '/token', form))
    return { client, accessToken: body['access_token'] ?? '', refreshToken: body['refresh_token'] ?? '' }
  }

  async function codeFlow(browser: UserAgent): Promise<Held> {
    const pkce = newPkce()
    const page = await passPages(
      browser,
      await browser.open(authorizeUrl(requestOf(webApp, pkce, { scope: 'openid me' }))),
    )
    const code = responseOf(page).get('code') ?? ''
    const form = { grant_type: 'authorization_code', code, redirect_uri: redirectUri, code_verifier: pkce.verifier }
    return await tokens(webApp, form)
  }

  return {
    login: async () => {
      const browser = userAgentOf(server, headers)
      return { browser, held: await codeFlow(browser) }
    },
    signOn: codeFlow,
    passwordLogin: () => tokens(migratingApp, { grant_type: 'password', ...tim }),
    wrongPassword: async () => {
      await expect(await post('/token', { ...tim, password: 'another one' }, headers), 401)
    },
    refresh: ({ client, refreshToken }) => tokens(client, { grant_type: 'refresh_token', refresh_token: refreshToken }),
    revoke: async ({ client, refreshToken }) => {
      await postAs(client, '/revoke', { token: refreshToken })
    },
    logout: async (browser) => {
      const page = await browser.submit(await browser.open('/logout'), { decision: 'logout' })
      assert.equal(page.status, 200)
    },
    serviceToken: async () => {
      await tokens(api, { grant_type: 'client_credentials' })
    },
    introspection: async ({ accessToken }) => {
      assert.match(await postAs(api, '/introspect', { token: accessToken }), /"active":true/)
    },
    usersMe: async ({ accessToken }) => {
      await expect(await get('/users/me', { authorization: `Bearer ${accessToken}`, ...headers }))
    },
    feed: async () => {
      await expect(await get('/revocations', headers))
    },
  }
}
