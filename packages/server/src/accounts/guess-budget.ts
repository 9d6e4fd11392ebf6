/**
 * How many wrong passwords an account and an address may cost before guesses are refused unseen (NIST SP 800-63B-4
 * §3.2.2). Counted in the database before the hash is run, so that neither parallel guesses, nor other processes, nor a
 * restart pass it; a right password gives its count back.
 */
import { createHash } from 'node:crypto'
import type { Context } from '../context.ts'
import { usernameKey } from '../domain/user.ts'
import { networkOf } from './network.ts'

/** A guess that was counted. It has to be settled. */
export interface AdmittedGuess {
  readonly account: string
  readonly address: string
}

export type Admission =
  | { readonly outcome: 'admitted'; readonly guess: AdmittedGuess }
  | { readonly outcome: 'account_exhausted' | 'address_exhausted' | 'too_many_waiting' }

/** Counts one guess. A guess that the account's budget refuses costs the address nothing, and the other way round. */
export async function admitGuess(ctx: Context, username: string, address: string): Promise<Admission> {
  const guess = { account: keyOf('account', usernameKey(username)), address: keyOf('address', networkOf(address)) }
  const admission = await ctx.pendingGuesses.admit(guess.account, () =>
    consume(ctx, guess.account, ctx.config.accountFailureLimit),
  )
  if (admission !== 'admitted') {
    return { outcome: admission === 'exhausted' ? 'account_exhausted' : admission }
  }
  let isAdmitted = false
  try {
    isAdmitted = await consume(ctx, guess.address, ctx.config.addressFailureLimit)
    if (!isAdmitted) await ctx.store.throttle.refund(guess.account)
  } finally {
    if (!isAdmitted) ctx.pendingGuesses.end(guess.account, false)
  }
  return isAdmitted ? { outcome: 'admitted', guess } : { outcome: 'address_exhausted' }
}

/**
 * Tells what became of an admitted guess. Right: the account starts anew, the address gets its one guess back. Wrong: both
 * stay charged. Unchecked: neither is.
 */
export async function settleGuess(
  ctx: Context,
  guess: AdmittedGuess,
  outcome: 'right' | 'wrong' | 'unchecked',
): Promise<void> {
  try {
    if (outcome === 'right') await ctx.store.throttle.clear(guess.account)
    if (outcome === 'unchecked') await ctx.store.throttle.refund(guess.account)
    if (outcome !== 'wrong') await ctx.store.throttle.refund(guess.address)
  } finally {
    ctx.pendingGuesses.end(guess.account, outcome === 'right')
  }
}

function consume(ctx: Context, key: string, limit: number): Promise<boolean> {
  return ctx.store.throttle.consume(key, limit, ctx.config.failureWindow, Math.floor(ctx.now()))
}

/** Hashed: what is typed as a username is now and then a password. */
function keyOf(kind: 'account' | 'address', value: string): string {
  return createHash('sha256').update(`${kind}:${value}`).digest('base64url')
}
