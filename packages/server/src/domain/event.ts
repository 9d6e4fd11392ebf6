/**
 * The option `onEvent`: what requests to this server do. The operations of the handle and the commands cause no events: who calls them
 * knows. No event has a password, a token or a part of one.
 */
import type { Incident } from './incident.ts'

/** When and at which request an event happened. */
export interface Occurrence {
  /** The `x-request-id` of the response. */
  readonly requestId: string
  /** Seconds since the epoch. */
  readonly happenedAt: number
}

/** A user proved who they are, on the login page or by the password grant. */
export interface LoggedIn extends Occurrence {
  readonly type: 'logged_in'
  readonly userId: string
  /** The client's IP address; empty when it is not known. */
  readonly address: string
}

export interface LoginFailed extends Occurrence {
  readonly type: 'login_failed'
  /** The stable word of the rejection, such as `password_mismatch`. */
  readonly reason: string
  /** `undefined` when no user has the username, which may be a mistyped password. */
  readonly userId: string | undefined
  readonly address: string
}

/** A client got its first tokens of a grant, or its own token. */
export interface Granted extends Occurrence {
  readonly type: 'granted'
  /** The grant type, such as `authorization_code`. */
  readonly grantType: string
  readonly clientId: string
  /** `undefined` for a client's own token. */
  readonly userId: string | undefined
  /** `undefined` for tokens without a grant. */
  readonly grantId: string | undefined
  readonly scopes: readonly string[]
}

export interface Refreshed extends Occurrence {
  readonly type: 'refreshed'
  readonly clientId: string
  readonly userId: string
  readonly grantId: string
  readonly scopes: readonly string[]
}

/** A client revoked a token, or a user logged out. */
export interface Revoked extends Occurrence {
  readonly type: 'revoked'
  /** `token`: an access token. `grant`: a grant with its tokens. `session`: sessions with the grants that end with them. */
  readonly what: 'token' | 'grant' | 'session'
  /** `undefined` for a session. */
  readonly clientId: string | undefined
  /** `undefined` for a client's own token. */
  readonly userId: string | undefined
  readonly grantId: string | undefined
}

/** A code or refresh token was used twice, and its grant was revoked. */
export interface IncidentHappened extends Occurrence {
  readonly type: 'incident'
  readonly incident: Incident
}

export type CountersignEvent = LoggedIn | LoginFailed | Granted | Refreshed | Revoked | IncidentHappened

/** Notifies the program around the server. */
export type Emit = (event: CountersignEvent) => void

export type EventListener = (event: CountersignEvent) => void | Promise<void>
