/**
 * How many wrong passwords an account and an address may cost before guesses are refused unseen (NIST SP 800-63B-4
 * §3.2.2). Counted in the database before the hash is run, so that neither parallel guesses, nor other processes, nor a
 * restart pass it; a right password gives its count back.
 */
import { createHash } from 'node:crypto'
import type { Context } from '../context.ts'
import { usernameKey } from '../domain/user.ts'
import { networkOf } from './network.ts'

export type Admission =
  | { readonly isAdmitted: true; readonly account: string; readonly address: string }
  | { readonly isAdmitted: false; readonly exhausted: 'account' | 'address' }

/** Counts one guess. A guess that the account's budget refuses costs the address nothing, and the other way round. */
export async function admitGuess(ctx: Context, username: string, address: string): Promise<Admission> {
  const { accountFailureLimit, addressFailureLimit, failureWindow } = ctx.config
  const { throttle } = ctx.store
  const now = Math.floor(ctx.now())
  const accountKey = keyOf('account', usernameKey(username))
  const addressKey = keyOf('address', networkOf(address))

  if (!(await throttle.consume(accountKey, accountFailureLimit, failureWindow, now))) {
    return { isAdmitted: false, exhausted: 'account' }
  }
  if (!(await throttle.consume(addressKey, addressFailureLimit, failureWindow, now))) {
    await throttle.refund(accountKey)
    return { isAdmitted: false, exhausted: 'address' }
  }
  return { isAdmitted: true, account: accountKey, address: addressKey }
}

/** The password was right: the account starts anew, the address gets its one guess back. */
export async function forgiveGuesses(ctx: Context, guess: Admission & { isAdmitted: true }): Promise<void> {
  await ctx.store.throttle.clear(guess.account)
  await ctx.store.throttle.refund(guess.address)
}

/** The password was never checked: neither budget is charged. */
export async function refundGuess(ctx: Context, guess: Admission & { isAdmitted: true }): Promise<void> {
  await ctx.store.throttle.refund(guess.account)
  await ctx.store.throttle.refund(guess.address)
}

/** Hashed: what is typed as a username is now and then a password. */
function keyOf(kind: 'account' | 'address', value: string): string {
  return createHash('sha256').update(`${kind}:${value}`).digest('base64url')
}
