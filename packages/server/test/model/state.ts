/** What the model of the server knows: plain data about one user in one browser, and what clients hold. Times are in seconds. */

export type ClientId = 'app' | 'own'

/** The options of the servers that the model speaks of. Short, so that a history of some steps goes past each of them. */
export const lifetimes = {
  code: 60,
  unclaimedGrant: 600,
  accessToken: 300,
  refreshTokenGrace: 30,
  refreshTokenIdle: 1200,
  refreshToken: 4000,
  sessionIdle: 1000,
  session: 3000,
  /** A session that is used is recorded at most so often. */
  touch: 60,
} as const

export interface Session {
  readonly id: number
  lastSeenAt: number
  expiresAt: number
}

export interface Grant {
  readonly clientId: ClientId
  readonly sessionId: number
  readonly isOffline: boolean
  isRevoked: boolean
  expiresAt: number
}

export interface Code {
  readonly grant: Grant
  readonly expiresAt: number
  readonly grantEndsAt: number
  use: 'none' | 'failed' | 'exchanged'
}

export interface RefreshToken {
  readonly grant: Grant
  readonly expiresAt: number
  usedAt: number | undefined
  successor: RefreshToken | undefined
}

export interface AccessToken {
  readonly grant: Grant
  readonly expiresAt: number
  isRevoked: boolean
}

/** Lists are in the order in which the server issued: the player of a history holds the texts in the same order. */
export interface State {
  now: number
  isDisabled: boolean
  /** Tokens say that they were issued at this time or later. */
  tokensValidFrom: number
  /** What the user allowed `app` permanently. `own` is the deployment's own and asks for nothing. */
  readonly consented: Set<'online' | 'offline'>
  session: Session | undefined
  sessions: number
  readonly grants: Grant[]
  readonly codes: Code[]
  readonly refreshTokens: RefreshToken[]
  readonly accessTokens: AccessToken[]
  /** One for each exchange and refresh. */
  readonly idTokens: Grant[]
}

export function initialState(now: number): State {
  return {
    now,
    isDisabled: false,
    tokensValidFrom: 0,
    consented: new Set(),
    session: undefined,
    sessions: 0,
    grants: [],
    codes: [],
    refreshTokens: [],
    accessTokens: [],
    idTokens: [],
  }
}

/** The session as far as it is live. */
export function liveSession({ session, now }: State): Session | undefined {
  if (!session || session.expiresAt <= now || session.lastSeenAt <= now - lifetimes.sessionIdle) return undefined
  return session
}

/** A login in the same browser continues the session that is live there. */
export function beginSession(state: State): void {
  const id = liveSession(state)?.id ?? state.sessions++
  state.session = { id, lastSeenAt: state.now, expiresAt: state.now + lifetimes.session }
}

/** The index of the item that a step means: 0 is the newest. -1 when there is none yet. */
export function indexOf(items: readonly unknown[], which: number): number {
  return items.length - 1 - (which % Math.max(1, items.length))
}
