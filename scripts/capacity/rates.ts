/** How often each operation is done. */
import type { Demand } from './demand.ts'

export type Operation =
  /** The code flow in a browser without a session: pages, password, code, tokens. */
  | 'login'
  /** The code flow by a session. */
  | 'signOn'
  /** POST /token with a password, for a client that gets a refresh token. */
  | 'passwordLogin'
  | 'wrongPassword'
  | 'refresh'
  /** POST /revoke of a refresh token. */
  | 'revoke'
  | 'logout'
  /** POST /token, client credentials. */
  | 'serviceToken'
  | 'introspection'
  /** GET /users/me, which is what GET /userinfo costs too. */
  | 'usersMe'
  /** GET /revocations. */
  | 'feed'

export type Rates = Readonly<Record<Operation, number>>

/** Seconds between two fetches of the feed by a guard (`revocations.interval`). */
const feedInterval = 10

/** For each second, on average. */
export function ratesOf(demand: Demand): Rates {
  const logins = (demand.users * demand.logins) / 86_400
  const isCode = demand.scheme === 'code'
  const signOns = isCode ? logins * demand.signOns : 0
  const isGuard = demand.checkedBy === 'guard'
  return {
    login: isCode ? logins : 0,
    signOn: signOns,
    passwordLogin: isCode ? 0 : logins,
    wrongPassword: logins * demand.wrongPasswords,
    refresh: (logins + signOns) * refreshesOf(demand),
    revoke: isCode ? 0 : logins * demand.logouts,
    logout: isCode ? logins * demand.logouts : 0,
    serviceToken: demand.serviceTokens,
    introspection: demand.checkedBy === 'introspection' ? demand.checks : 0,
    usersMe: demand.checkedBy === 'users-me' ? demand.checks : 0,
    feed: isGuard ? demand.guards / feedInterval : 0,
  }
}

/** How often the tokens of one grant are refreshed: each time that the access token expires while the application is in use. */
export function refreshesOf({ activeHours, accessTokenLifetime }: Demand): number {
  return Math.floor((activeHours * 3600) / accessTokenLifetime)
}
