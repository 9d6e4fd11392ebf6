/** When tokens are renewed, and what a failure means: the same for the one user of a client and for the sessions of a web login. */
import { type ClientError, isLoginRequired, isOutage } from '../errors.ts'
import type { Tokens } from '../oauth/tokens.ts'

/** Tokens, and how to get others when they have no refresh token. */
export interface KeptTokens {
  readonly tokens: Tokens
  /** The scope to request again, for the client's own tokens (RFC 6749 §4.4.3: they have no refresh token). */
  readonly ownScope?: string
}

/** Whether there is a way to get others without the user. */
export function canRenew({ tokens, ownScope }: KeptTokens): boolean {
  return tokens.refreshToken !== undefined || ownScope !== undefined
}

/** Whether it is time to renew them. Never, if the issuer does not say when they expire. */
export function areDue({ renewAt = Infinity }: Tokens, now: number): boolean {
  return now >= renewAt
}

/** Whether the access token has expired. Never, if the issuer does not say when it does. */
export function areExpired({ expiresAt = Infinity }: Tokens, now: number): boolean {
  return now >= expiresAt
}

/**
 * The same tokens while they are valid and not due, else what `renew` returns. During an outage of the issuer, tokens that are due stay
 * in use until they expire: then `onOutage` gets the error.
 *
 * @throws whatever `renew` throws in any other case, so that a mistake is seen before the tokens expire
 */
export async function validTokens(
  kept: KeptTokens,
  now: number,
  renew: () => Promise<Tokens>,
  onOutage?: (error: ClientError) => void,
): Promise<Tokens> {
  const { tokens } = kept
  const isExpired = areExpired(tokens, now)
  if (!areDue(tokens, now) || !(isExpired || canRenew(kept))) return tokens
  try {
    return await renew()
  } catch (error) {
    if (isExpired || !isOutage(error)) throw error
    onOutage?.(error)
    return tokens
  }
}

/** What a failed renewal means for the tokens that were to be renewed. */
export type RenewalFailure =
  /** The issuer cannot be reached or is overloaded: the tokens stay in use, and the renewal is tried again later. */
  | 'outage'
  /** The tokens cannot be renewed any more: the user has to log in. */
  | 'login_required'
  /** Anything else, such as a wrong client secret: another attempt fails in the same way until the cause is fixed. */
  | 'rejected'

export function renewalFailure(error: unknown): RenewalFailure {
  if (isOutage(error)) return 'outage'
  return isLoginRequired(error) ? 'login_required' : 'rejected'
}
