/** Plays the steps of a history at two servers on one database, as the user, the clients and the operator would, and says what came back. */
import { setImmediate as nextTurn } from 'node:timers/promises'
import { passwordAuthentication } from '../../src/domain/authentication-context.ts'
import { keepHouse } from '../../src/housekeeping/housekeeping.ts'
import { beginSession } from '../../src/login/sessions.ts'
import { withdrawConsent } from '../../src/token-status/withdraw-consent.ts'
import type { UserAgent } from '../../src/user-agent/user-agent.ts'
import { disableUser, enableUser } from '../../src/users/disable-user.ts'
import { setPassword } from '../../src/users/set-password.ts'
import { basicOf } from '../support/clients.ts'
import { authorizeUrl, issuer, newPkce, passPages, requestOf, responseOf } from '../support/code-flow.ts'
import { administer } from '../support/databases.ts'
import { introspect } from '../support/grants.ts'
import { loopback, type TestServer } from '../support/server.ts'
import { createUserAgent } from '../support/user-agent.ts'
import { untilConnected } from './lost-connections.ts'
import type { Outcome } from './model.ts'
import { clients, firstPassword, newPasswords, type Pair } from './pair.ts'
import type { ClientId } from './state.ts'
import type { Step } from './steps.ts'

interface HeldCode {
  readonly code: string
  readonly verifier: string
  readonly client: ClientId
}

export interface Player {
  readonly userId: string
  readonly agent: UserAgent
  password: string
  /** In the order in which the servers issued them, as in the model's state. */
  readonly codes: HeldCode[]
  readonly refreshTokens: string[]
  readonly accessTokens: string[]
  readonly idTokens: string[]
}

/** What a request gave. Tokens are held only when the history goes on: of two answers, the first one's come first. */
export interface Answer {
  readonly outcome: Outcome
  readonly tokens?: Readonly<Record<string, string>>
  readonly code?: HeldCode
}

/** A user of their own for each history, in a browser whose requests go to the servers in turn. */
export function newPlayer(pair: Pair, userId: string): Player {
  let requests = 0
  const agent = createUserAgent((request) => pair.at(requests++ % 2).server.fetch(request, loopback), issuer)
  return {
    userId,
    agent,
    password: firstPassword,
    codes: [],
    refreshTokens: [],
    accessTokens: [],
    idTokens: [],
  }
}

/** Logs the player's user in without a page. */
export async function haveSession(pair: Pair, { agent, userId }: Player): Promise<void> {
  const { context } = pair.at(0).server
  const user = await context.store.users.findById(userId)
  const begun = user && (await beginSession(context, undefined, user, passwordAuthentication))
  if (!begun) throw new Error('no session')
  agent.cookies.set('countersign', begun.browser.token)
}

/**
 * As `attempt`, repeated while PostgreSQL has just ended the connections and the answer is 503: what was not answered with success was not
 * done, or is found done by the repetition.
 */
export async function play(pair: Pair, player: Player, step: Step, at: number): Promise<Answer> {
  // Over a network, a request never comes in the turn of the event loop that sent the response before it. The reads of a turn share a snapshot of SQLite.
  await nextTurn()
  return await untilConnected(
    () => attempt(pair, player, step, at),
    ({ outcome }) => outcome === unavailable,
  )
}

async function attempt(pair: Pair, player: Player, step: Step, at: number): Promise<Answer> {
  const { context } = pair.at(at).server
  const { userId } = player
  switch (step.do) {
    case 'log_in':
      return await authorize(player, step, 'login')
    case 'authorize':
      return await authorize(player, step, 'none')
    case 'exchange':
      return await exchange(pair.at(at), player, step)
    case 'refresh': {
      const refreshToken = player.refreshTokens[step.which]
      if (refreshToken === undefined) return nothing
      return await token(pair.at(at), step.client, { grant_type: 'refresh_token', refresh_token: refreshToken })
    }
    case 'use': {
      const accessToken = player.accessTokens[step.which]
      if (accessToken === undefined) return nothing
      return {
        outcome: await outcomeOf(await pair.at(at).get('/users/me', { authorization: `Bearer ${accessToken}` })),
      }
    }
    case 'introspect': {
      const text = (step.kind === 'access' ? player.accessTokens : player.refreshTokens)[step.which]
      if (text === undefined) return nothing
      const { active } = await introspect(pair.at(at), text, step.client)
      return { outcome: active === undefined ? unavailable : active ? 'active' : 'inactive' }
    }
    case 'revoke': {
      const text = (step.kind === 'access' ? player.accessTokens : player.refreshTokens)[step.which]
      if (text === undefined) return nothing
      return { outcome: await outcomeOf(await pair.at(at).post('/revoke', { token: text }, basicOf(step.client))) }
    }
    case 'log_out': {
      const page = await player.agent.open('/logout')
      const isAsked = page.body.includes('value="logout"')
      return { outcome: statusOf((isAsked ? await player.agent.submit(page, { decision: 'logout' }) : page).status) }
    }
    case 'log_out_by_hint': {
      const hint = player.idTokens[step.which]
      if (hint === undefined) return nothing
      const page = await player.agent.open(`/logout?${new URLSearchParams({ id_token_hint: hint })}`)
      // A session of this browser ends without a question; where another one is live, the user is asked about that one, and stays.
      return { outcome: statusOf(page.status) }
    }
    case 'withdraw_consent':
      await withdrawConsent(context, userId, step.client)
      return ok
    case 'change_password':
      player.password = player.password === newPasswords[0] ? newPasswords[1] : newPasswords[0]
      await setPassword(context, userId, player.password)
      return ok
    case 'disable_user':
      await disableUser(context, userId)
      return ok
    case 'enable_user':
      await enableUser(context, userId)
      return ok
    case 'wait':
      pair.wait(step.seconds)
      return ok
    case 'keep_house':
      await keepHouse(context)
      return ok
    case 'restart':
      await pair.restart(at)
      return ok
    case 'lose_connections':
      if (pair.databaseName !== undefined) await loseConnections(pair.databaseName)
      return ok
  }
}

const unavailable = 'status 503'
const ok: Answer = { outcome: 'ok' }
const nothing: Answer = { outcome: 'nothing' }

async function authorize(
  { agent, userId, password }: Player,
  { client, isOffline }: Extract<Step, { readonly do: 'log_in' | 'authorize' }>,
  prompt: 'login' | 'none',
): Promise<Answer> {
  const pkce = newPkce()
  const scope = isOffline ? 'openid me offline_access' : 'openid me'
  const first = await agent.open(authorizeUrl(requestOf(clients[client], pkce, { scope, prompt })))
  const page = prompt === 'login' ? await passPages(agent, first, userId, password) : first
  if (!page.url.startsWith(`${clients[client].redirect_uris?.[0]}?`))
    return { outcome: page.status === 401 ? 'refused' : statusOf(page.status) }
  const code = responseOf(page).get('code')
  if (code === null) return { outcome: responseOf(page).get('error') ?? 'neither code nor error' }
  return { outcome: 'ok', code: { code, verifier: pkce.verifier, client } }
}

async function exchange(
  server: TestServer,
  { codes }: Player,
  { which, client, isVerifierRight }: Extract<Step, { readonly do: 'exchange' }>,
): Promise<Answer> {
  const held = codes[which]
  if (held === undefined) return nothing
  return await token(server, client, {
    grant_type: 'authorization_code',
    code: held.code,
    redirect_uri: clients[held.client].redirect_uris?.[0] ?? '',
    code_verifier: isVerifierRight ? held.verifier : newPkce().verifier,
  })
}

async function token(server: TestServer, client: ClientId, form: Record<string, string>): Promise<Answer> {
  const response = await server.post('/token', form, basicOf(client))
  const body = JSON.parse(await response.text())
  if (response.status === 200) return { outcome: 'ok', tokens: body }
  return { outcome: response.status < 500 ? String(body.error) : statusOf(response.status) }
}

async function outcomeOf(response: Response): Promise<Outcome> {
  if (response.status === 200) return 'ok'
  const text = await response.text()
  return response.status < 500 ? String(JSON.parse(text).error) : statusOf(response.status)
}

const statusOf = (status: number): Outcome => (status === 200 ? 'ok' : `status ${status}`)

/** As a restart of a proxy or a failover does it: between two requests, all connections are gone. */
async function loseConnections(databaseName: string): Promise<void> {
  await administer(`select pg_terminate_backend(pid) from pg_stat_activity where datname = '${databaseName}'`)
}
