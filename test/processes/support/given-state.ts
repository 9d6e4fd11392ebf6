/** What valid requests carry: live sessions, the forms of pages, codes and tokens. No request needs what another one uses up or ends. */
import type { UserAgent } from '../../../packages/server/src/user-agent/user-agent.ts'
import {
  authorizeUrl,
  newPkce,
  passPages,
  redirectUri,
  responseOf,
} from '../../../packages/server/test/support/code-flow.ts'
import { hiddenFields } from '../../../packages/server/test/support/page-posts.ts'
import { alice } from '../../../packages/server/test/support/people.ts'
import { createUserAgent } from '../../../packages/server/test/support/user-agent.ts'
import { post, type Tokens, tokensIn } from './normal-flow.ts'

export interface Given {
  readonly host: string
  /** Used by the requests that change nothing. */
  readonly checked: Tokens
  readonly refreshed: Tokens
  readonly revoked: Tokens
  readonly codes: readonly Code[]
  /** Of a browser in which alice is logged in. */
  readonly cookie: string
  /** Of another one, which a client logs out by its ID token. */
  readonly loggedOut: { readonly cookie: string; readonly idToken: string }
  readonly forms: Readonly<Record<FormName, PageForm>>
}

export interface Code {
  readonly code: string
  readonly verifier: string
}

/** What a page posts, without what the user types or chooses, and the cookie of its browser. */
export interface PageForm {
  readonly cookie: string
  readonly fields: Readonly<Record<string, string>>
}

type FormName = 'login' | 'consent' | 'accounts' | 'logout' | 'stay'

/** An authorization request; the pages count what the user decided for requests of one `state` alone. */
export function authorization(state: string, more: Readonly<Record<string, string>> = {}): Record<string, string> {
  return {
    client_id: 'fuzzed',
    redirect_uri: redirectUri,
    response_type: 'code',
    scope: 'openid me',
    state,
    nonce: 'a nonce',
    ui_locales: 'ru en',
    claims: '{"userinfo":{"email":null},"id_token":{"acr":{"essential":false}}}',
    code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
    code_challenge_method: 'S256',
    ...more,
  }
}

export async function givenState(origin: string): Promise<Given> {
  const [agent, leaving, confirming] = await Promise.all([logIn(origin), logIn(origin), logIn(origin)])
  const tokens = async (browser: UserAgent) => await redeem(origin, await newCode(browser))
  const stranger = createUserAgent((request) => fetch(request), origin)
  const logout = `/logout?${new URLSearchParams({ client_id: 'fuzzed' })}`
  const consent = await formOf(agent, pageOf('/consent', 'consent'))
  return {
    host: new URL(origin).host,
    checked: await tokens(agent),
    refreshed: await tokens(agent),
    revoked: await tokens(agent),
    codes: [await newCode(agent), await newCode(agent), await newCode(agent)],
    cookie: cookieOf(agent),
    loggedOut: { cookie: cookieOf(leaving), idToken: (await tokens(leaving)).idToken },
    forms: {
      login: await formOf(stranger, pageOf('/login', 'login')),
      consent,
      accounts: await formOf(agent, pageOf('/select-account', 'account'), { account: consent.fields['account'] ?? '' }),
      logout: await formOf(confirming, logout),
      stay: await formOf(agent, logout),
    },
  }
}

/** Every secret of it, to be searched for. */
export function secretsOf({ checked, refreshed, revoked, codes, forms, cookie, loggedOut }: Given): readonly string[] {
  const tokens = [checked, refreshed, revoked].flatMap((one) => Object.values(one))
  const cookies = [cookie, loggedOut.cookie, ...Object.values(forms).map((form) => form.cookie)]
  const ofBrowsers = cookies.map((one) => /(?:^|; )countersign=([^;]+)/.exec(one)?.[1] ?? one)
  return [...tokens, ...ofBrowsers, ...codes.flatMap(({ code, verifier }) => [code, verifier])]
}

function pageOf(path: string, state: string): string {
  return `${path}?${new URLSearchParams(authorization(state))}`
}

/** alice in a new browser, who has allowed the client everything for good. */
async function logIn(origin: string): Promise<UserAgent> {
  const agent = createUserAgent((request) => fetch(request), origin)
  const first = await agent.open(authorizeUrl(authorization('logged in')))
  const last = await passPages(agent, first, alice.username, alice.password)
  if (!last.url.startsWith(redirectUri)) throw new Error(`no login: ${last.status} ${last.url} ${last.body}`)
  return agent
}

async function newCode(agent: UserAgent): Promise<Code> {
  const { challenge, verifier } = newPkce()
  const page = await agent.open(authorizeUrl(authorization('a code', { code_challenge: challenge })))
  const code = URL.canParse(page.url) ? responseOf(page).get('code') : null
  if (code === null) throw new Error(`no code: ${page.status} ${page.url} ${page.body}`)
  return { code, verifier }
}

async function redeem(origin: string, { code, verifier }: Code): Promise<Tokens> {
  const form = { grant_type: 'authorization_code', code, redirect_uri: redirectUri, code_verifier: verifier }
  return tokensIn(await post(origin, 'fuzzed', '/token', form))
}

async function formOf(
  agent: UserAgent,
  target: string,
  more: Readonly<Record<string, string>> = {},
): Promise<PageForm> {
  const page = await agent.open(target)
  const fields = hiddenFields(page)
  if (fields['csrf_token'] === undefined) throw new Error(`no form: ${page.status} ${page.url} ${page.body}`)
  return { cookie: cookieOf(agent), fields: { ...fields, ...more } }
}

function cookieOf(agent: UserAgent): string {
  return [...agent.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
}
