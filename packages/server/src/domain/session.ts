/** A browser in which a user is logged in. */
import type { Authentication } from './authentication-context.ts'

export interface Session extends Authentication {
  /** The `sid` of ID tokens. It names the session and gives no access. */
  readonly id: string
  readonly userId: string
  /** When the user proved who they are: `auth_time`. */
  readonly authenticatedAt: number
  /** The current session of a browser is the one that was selected last. */
  readonly selectedAt: number
  readonly lastSeenAt: number
  /** When it ends, used or not. */
  readonly expiresAt: number
}

/** What the user decided on a page, for one authorization request in one browser. `remember`: the consent that is stored with it is also for later requests. */
export type InteractionResult = 'login' | 'account' | 'another_account' | 'consent' | 'remember' | 'denied'
