/**
 * How many rows live at any moment once as many are removed as are added: the rate at which rows are added, times how long one lives.
 * Tables that stay small whatever the number of users are left out: clients, keys, and what counts wrong passwords for 15 minutes.
 */
import type { Demand } from './demand.ts'
import { ratesOf, refreshesOf } from './rates.ts'

export type Table =
  | 'subjects'
  | 'profiles'
  | 'credentials'
  | 'consents'
  | 'sessions'
  | 'grants'
  /** Of passwords at /token: their rows are shorter. */
  | 'sessionless grants'
  | 'authorization_codes'
  /** The newest of each grant, and those that have expired without use. */
  | 'unused refresh_tokens'
  | 'used refresh_tokens'
  | 'traces'

export type Rows = Readonly<Record<Table, number>>

const day = 86_400
/** As in housekeeping of the server: seconds after its expiry that a refresh token is kept, seconds that traces are, and how many. */
const endedTokenRetention = 7 * day
const traceRetention = 7 * day
const maxTraces = 50_000
/** Seconds that a grant without refresh tokens lives longer than its access token. */
const codeLifetime = 60

export function rowsOf(demand: Demand): Rows {
  const rates = ratesOf(demand)
  const { users } = demand
  const logins = rates.login + rates.passwordLogin
  const lives = grantLives(demand)
  const tokens = lives.map((life) => tokenSeconds(demand, life))
  // Where the number of sign-ons is not whole, only a share of the logins has the last one.
  const shareOf = (grant: number) => (grant === 0 ? 1 : Math.min(1, demand.signOns - grant + 1))
  const total = (seconds: readonly number[]) =>
    logins * seconds.reduce((sum, each, grant) => sum + each * shareOf(grant), 0)
  const grants = total(lives)
  const isCode = demand.scheme === 'code'
  return {
    subjects: users,
    profiles: users,
    credentials: users,
    consents: users * demand.consents,
    sessions: rates.login * sessionLife(demand),
    grants: isCode ? grants : 0,
    'sessionless grants': isCode ? 0 : grants,
    // A used code stays with its grant.
    authorization_codes: isCode ? grants : 0,
    'unused refresh_tokens': total(tokens.map(({ unused }) => unused)),
    'used refresh_tokens': total(tokens.map(({ used }) => used)),
    traces: Math.min(maxTraces, rates.wrongPassword * traceRetention),
  }
}

/** When after the login the further applications log in: evenly over the time of use. */
function signOnAges({ scheme, signOns, activeHours }: Demand): readonly number[] {
  const count = scheme === 'code' ? Math.ceil(signOns) : 0
  return Array.from({ length: count }, (_, index) => (activeHours * 3600 * (index + 1)) / (count + 1))
}

/** A session ends after some time without use, but at its end at the latest; a logout ends it before. */
function sessionLife(demand: Demand): number {
  const { sessionIdleLifetime, sessionLifetime, logouts, activeHours, signOns } = demand
  const [last = 0, before = 0] = signOnAges(demand).toReversed()
  const lastUse = last + (before - last) * (Math.ceil(signOns) - signOns)
  const untilEnd = Math.min(sessionLifetime, lastUse + sessionIdleLifetime)
  const untilLogout = Math.min(untilEnd, lastUse + activeHours * 3600)
  return logouts * untilLogout + (1 - logouts) * untilEnd
}

/** Seconds that each grant of one login lives. One that was revoked stays as long, so that its tokens are known as revoked. */
function grantLives(demand: Demand): readonly number[] {
  const { scheme, offline, sessionLifetime, refreshTokenLifetime, accessTokenLifetime } = demand
  if (scheme === 'password') return [refreshTokenLifetime]
  return [0, ...signOnAges(demand)].map((age) => {
    const latest = offline ? refreshTokenLifetime : Math.min(refreshTokenLifetime, sessionLifetime - age)
    return Math.max(codeLifetime + accessTokenLifetime, latest)
  })
}

interface TokenSeconds {
  readonly unused: number
  readonly used: number
}

/** Seconds that the refresh tokens of one grant live, all together. */
function tokenSeconds(demand: Demand, grantLife: number): TokenSeconds {
  const { accessTokenLifetime, refreshTokenIdleLifetime } = demand
  const refreshes = refreshesOf(demand)
  let unused = 0
  let used = 0
  for (let count = 0; count <= refreshes; count++) {
    const age = count * accessTokenLifetime
    const life = Math.max(0, Math.min(refreshTokenIdleLifetime + endedTokenRetention, grantLife - age))
    // Used when the next one is made, except the last one.
    const untilUse = count < refreshes ? Math.min(accessTokenLifetime, life) : life
    unused += untilUse
    used += life - untilUse
  }
  return { unused, used }
}
