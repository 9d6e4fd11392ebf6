/**
 * Makes refresh tokens (RFC 6749 §1.5, §10.4): random, opaque, and stored only as hashes. The successor of a token is derived from
 * the token itself: a client that lost the response gets the same one again, and nobody can read it from the database.
 */
import { createHmac, hkdfSync } from 'node:crypto'
import type { Config } from '../config/options.ts'
import type { Context } from '../context.ts'
import type { Grant } from '../domain/grant.ts'
import { hashToken, randomToken } from './random-token.ts'

export interface MadeRefreshToken {
  /** What the client gets. It is not stored. */
  readonly token: string
  /** What the database stores. */
  readonly hash: string
}

/** A refresh token for a response. */
export interface IssuedRefreshToken extends MadeRefreshToken {
  /** When it expires unused, in seconds since the epoch. */
  readonly expiresAt: number
}

/** Distinguishes refresh tokens from other tokens, for secret scanners as well. */
const prefix = 'rt_'

/** The first token of a grant. */
export function newRefreshToken({ random }: Pick<Context, 'random'>): MadeRefreshToken {
  return made(randomToken(random, prefix))
}

/** The token that replaces `token`: always the same, and unknown without both the token and the key. */
export function successorOf({ secretKey }: Pick<Config, 'secretKey'>, token: string): MadeRefreshToken {
  const key = new Uint8Array(hkdfSync('sha256', secretKey, '', 'countersign: refresh token successors', 32))
  return made(prefix + createHmac('sha256', key).update(token).digest('base64url'))
}

export function isRefreshToken(token: string): boolean {
  return token.startsWith(prefix)
}

/** When a token that is made at `now` expires unused. */
export function refreshTokenExpiry(
  { refreshTokenIdleLifetime }: Pick<Config, 'refreshTokenIdleLifetime'>,
  grant: Pick<Grant, 'expiresAt'>,
  now: number,
): number {
  return Math.min(now + refreshTokenIdleLifetime, grant.expiresAt)
}

function made(token: string): MadeRefreshToken {
  return { token, hash: hashToken(token) }
}
