/** What the server must answer to a step, and what has changed after it: the rules of the specifications, over plain data. */
import {
  type AccessToken,
  beginSession,
  type Grant,
  lifetimes,
  liveSession,
  type RefreshToken,
  type State,
} from './state.ts'
import type { Step } from './steps.ts'

/** The outcome: `ok`, `active`, or the error code. `nothing` where the step has no code or token to use yet. */
export type Outcome = string

/** Changes `state`. More than one outcome is right where housekeeping may have removed what the server would name. */
export function expect(state: State, step: Step): readonly Outcome[] {
  switch (step.do) {
    case 'log_in':
      return [logIn(state, step)]
    case 'authorize':
      return [authorize(state, step)]
    case 'exchange':
      return [exchange(state, step)]
    case 'refresh':
      return [refresh(state, step)]
    case 'use':
      return [use(state, state.accessTokens[step.which])]
    case 'introspect':
      return [introspect(state, step)]
    case 'revoke':
      return revoke(state, step)
    case 'log_out':
      // The page asks; without a live session there is nothing to ask.
      if (liveSession(state)) endSession(state, state.session?.id)
      return ['ok']
    case 'log_out_by_hint': {
      const grant = state.idTokens[step.which]
      if (!grant) return ['nothing']
      // OpenID Connect RP-Initiated Logout §2: the session of the ID token, live or not.
      endSession(state, grant.sessionId)
      return ['ok']
    }
    case 'withdraw_consent':
      if (step.client === 'app') state.consented.clear()
      revokeWhere(state, ({ clientId }) => clientId === step.client)
      return ['ok']
    case 'change_password':
      state.session = undefined
      state.tokensValidFrom = state.now + 1
      revokeWhere(state, () => true)
      return ['ok']
    case 'disable_user':
      state.isDisabled = true
      state.session = undefined
      return ['ok']
    case 'enable_user':
      state.isDisabled = false
      return ['ok']
    case 'wait':
      state.now += step.seconds
      return ['ok']
    // What a client can notice of these is nothing.
    case 'keep_house':
    case 'restart':
    case 'lose_connections':
      return ['ok']
  }
}

type Do<Name extends Step['do']> = Extract<Step, { readonly do: Name }>

/** With prompt=login, and permanent consent where the user is asked for it. */
function logIn(state: State, step: Do<'log_in'>): Outcome {
  if (state.isDisabled) return 'refused'
  beginSession(state)
  if (step.client === 'app') state.consented.add(accessOf(step))
  return issue(state, step)
}

/** With prompt=none (OpenID Connect Core §3.1.2.1). */
function authorize(state: State, step: Do<'authorize'>): Outcome {
  const session = liveSession(state)
  if (!session) return 'login_required'
  const isCovered = state.consented.has(accessOf(step)) || (!step.isOffline && state.consented.has('offline'))
  if (step.client === 'app' && !isCovered) return 'consent_required'
  if (state.now - session.lastSeenAt >= lifetimes.touch) session.lastSeenAt = state.now
  return issue(state, step)
}

const accessOf = ({ isOffline }: { readonly isOffline: boolean }) => (isOffline ? 'offline' : 'online')

function issue(state: State, { client, isOffline }: Do<'log_in' | 'authorize'>): Outcome {
  const { now, session } = state
  if (!session) throw new Error('no session')
  const grant: Grant = {
    clientId: client,
    sessionId: session.id,
    isOffline,
    isRevoked: false,
    expiresAt: now + lifetimes.unclaimedGrant,
  }
  const latest = now + lifetimes.refreshToken
  // OpenID Connect Core §11: without offline access it ends with its session.
  const refreshableUntil = isOffline ? latest : Math.min(latest, session.expiresAt)
  const grantEndsAt = Math.max(now + lifetimes.code + lifetimes.accessToken, refreshableUntil)
  state.grants.push(grant)
  state.codes.push({ grant, expiresAt: now + lifetimes.code, grantEndsAt, use: 'none' })
  return 'ok'
}

function exchange(state: State, { which, client, isVerifierRight }: Do<'exchange'>): Outcome {
  const code = state.codes[which]
  if (!code) return 'nothing'
  const { grant } = code
  // RFC 6749 §4.1.3: another client can neither use the code up nor harm the grant.
  if (grant.clientId !== client) return 'invalid_grant'
  // RFC 6749 §4.1.2: a second use revokes what the first one gave.
  if (code.use === 'exchanged') grant.isRevoked = true
  if (code.use !== 'none' || grant.isRevoked || code.expiresAt <= state.now || state.isDisabled) return 'invalid_grant'
  if (!isVerifierRight) {
    code.use = 'failed'
    return 'invalid_grant'
  }
  code.use = 'exchanged'
  grant.expiresAt = code.grantEndsAt
  giveTokens(state, grant, newRefreshToken(state, grant))
  return 'ok'
}

function refresh(state: State, { which, client }: Do<'refresh'>): Outcome {
  const token = state.refreshTokens[which]
  if (!token) return 'nothing'
  const { grant, usedAt } = token
  // RFC 6749 §6, §10.4: as with a code.
  if (grant.clientId !== client) return 'invalid_grant'
  if (grant.isRevoked || grant.expiresAt <= state.now || state.isDisabled) return 'invalid_grant'
  if (usedAt === undefined) {
    if (token.expiresAt <= state.now) return 'invalid_grant'
    token.usedAt = state.now
    token.successor = newRefreshToken(state, grant)
    giveTokens(state, grant, token.successor)
    return 'ok'
  }
  const isRepeated = state.now - usedAt <= lifetimes.refreshTokenGrace && token.successor?.usedAt === undefined
  if (isRepeated) {
    giveTokens(state, grant, undefined)
    return 'ok'
  }
  // RFC 9700 §4.14.2: a reuse revokes the active refresh token.
  grant.isRevoked = true
  return 'invalid_grant'
}

function newRefreshToken({ now }: State, grant: Grant): RefreshToken {
  const expiresAt = Math.min(now + lifetimes.refreshTokenIdle, grant.expiresAt)
  return { grant, expiresAt, usedAt: undefined, successor: undefined }
}

function giveTokens(state: State, grant: Grant, refreshToken: RefreshToken | undefined): void {
  const issuedAt = Math.max(state.now, state.tokensValidFrom)
  const expiresAt = Math.min(issuedAt + lifetimes.accessToken, grant.expiresAt)
  state.accessTokens.push({ grant, expiresAt, isRevoked: false })
  state.idTokens.push(grant)
  if (refreshToken) state.refreshTokens.push(refreshToken)
}

function isValid({ now, isDisabled }: State, { grant, expiresAt, isRevoked }: AccessToken): boolean {
  return expiresAt > now && !isRevoked && !grant.isRevoked && !isDisabled
}

function use(state: State, token: AccessToken | undefined): Outcome {
  if (!token) return 'nothing'
  return isValid(state, token) ? 'ok' : 'invalid_token'
}

function introspect(state: State, { kind, which, client }: Do<'introspect'>): Outcome {
  const active = (isActive: boolean) => (isActive ? 'active' : 'inactive')
  if (kind === 'access') {
    const token = state.accessTokens[which]
    return token ? active(token.grant.clientId === client && isValid(state, token)) : 'nothing'
  }
  const token = state.refreshTokens[which]
  if (!token) return 'nothing'
  const { grant, usedAt, expiresAt } = token
  return active(
    grant.clientId === client && usedAt === undefined && expiresAt > state.now && !grant.isRevoked && !state.isDisabled,
  )
}

/** RFC 7009 §2.2: a token that ended by itself is no error. §2.1: another client's is one, as long as the server knows it. */
function revoke(state: State, { kind, which, client }: Do<'revoke'>): readonly Outcome[] {
  const token = (kind === 'access' ? state.accessTokens : state.refreshTokens)[which]
  if (!token) return ['nothing']
  const { grant, expiresAt } = token
  if (grant.clientId !== client) {
    if (kind === 'access') return [expiresAt > state.now ? 'unauthorized_client' : 'ok']
    return grant.expiresAt > state.now ? ['unauthorized_client'] : ['unauthorized_client', 'ok']
  }
  if ('isRevoked' in token) token.isRevoked = true
  else grant.isRevoked = true
  return ['ok']
}

/** OpenID Connect Back-Channel Logout §2.7: what is not offline access ends with the session. */
function endSession(state: State, sessionId: number | undefined): void {
  if (state.session?.id === sessionId) state.session = undefined
  revokeWhere(state, (grant) => grant.sessionId === sessionId && !grant.isOffline)
}

function revokeWhere({ grants }: State, isMeant: (grant: Grant) => boolean): void {
  for (const grant of grants) if (isMeant(grant)) grant.isRevoked = true
}
