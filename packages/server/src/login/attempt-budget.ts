/**
 * How many wrong passwords an account and an address may cost before guesses are refused unseen (NIST SP 800-63B-4
 * §3.2.2). Counted in the database before the hash is run, so that neither parallel guesses, nor other processes, nor a
 * restart pass it; a right password gives its count back.
 */
import { createHash } from 'node:crypto'
import type { Context } from '../context.ts'
import { usernameKey } from '../domain/user.ts'
import { networkOf } from './network.ts'
import type { Verdict } from './pending-attempts.ts'

/** A guess that was counted. It has to be settled. */
export interface AdmittedGuess {
  readonly account: string
  readonly address: string
}

export type Admission =
  | { readonly outcome: 'admitted'; readonly guess: AdmittedGuess }
  | { readonly outcome: Exclude<Verdict, 'admitted'> | 'too_many_waiting' }

/** Counts one guess. A guess that one budget refuses costs the other nothing. */
export async function admitGuess(ctx: Context, username: string, address: string): Promise<Admission> {
  const guess = { account: keyOf('account', usernameKey(username)), address: keyOf('address', networkOf(address)) }
  const outcome = await ctx.pendingGuesses.admit(guess.account, () => charge(ctx, guess))
  return outcome === 'admitted' ? { outcome, guess } : { outcome }
}

async function charge(ctx: Context, { account, address }: AdmittedGuess): Promise<Verdict> {
  const { accountFailureLimit, addressFailureLimit, failureWindow } = ctx.config
  const now = Math.floor(ctx.now())
  // A flood of guesses that are refused anyway must not cost a durable write each.
  if (await ctx.store.throttle.isExhausted(account, accountFailureLimit, now)) return 'account_exhausted'
  if (await ctx.store.throttle.isExhausted(address, addressFailureLimit, now)) return 'address_exhausted'
  return ctx.store.transaction(async ({ throttle }) => {
    if (!(await throttle.consume(account, accountFailureLimit, failureWindow, now))) return 'account_exhausted'
    if (await throttle.consume(address, addressFailureLimit, failureWindow, now)) return 'admitted'
    await throttle.refund(account)
    return 'address_exhausted'
  })
}

/**
 * Tells what became of an admitted guess. Right: the account starts anew, the address gets its one guess back. Wrong: both
 * stay charged. Unchecked: neither is.
 */
export async function settleGuess(
  ctx: Context,
  { account, address }: AdmittedGuess,
  outcome: 'right' | 'wrong' | 'unchecked',
): Promise<void> {
  try {
    if (outcome === 'wrong') return
    await ctx.store.transaction(async ({ throttle }) => {
      await (outcome === 'right' ? throttle.clear(account) : throttle.refund(account))
      await throttle.refund(address)
    })
  } finally {
    ctx.pendingGuesses.end(account, outcome === 'right')
  }
}

/** Hashed: what is typed as a username is now and then a password. */
function keyOf(kind: 'account' | 'address', value: string): string {
  return createHash('sha256').update(`${kind}:${value}`).digest('base64url')
}
