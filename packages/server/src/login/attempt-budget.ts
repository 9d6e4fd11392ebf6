/**
 * How many failed login attempts an account and an address may make in a window (NIST SP 800-63B-4 §3.2.2). An attempt is counted
 * in the database before the hash runs, so that neither parallel attempts, other processes nor a restart get past the limit. A
 * right password gives its count back.
 */
import { createHash } from 'node:crypto'
import type { Context } from '../context.ts'
import { usernameKey } from '../domain/username.ts'
import type { Verdict } from './attempt-queue.ts'
import { networkOf } from './network.ts'

/** An attempt that was counted. It must be settled. */
export interface AdmittedAttempt {
  readonly account: string
  /** `undefined`: nothing is counted by it. */
  readonly address: string | undefined
}

export type Admission =
  | { readonly outcome: 'admitted'; readonly attempt: AdmittedAttempt }
  | { readonly outcome: Exclude<Verdict, 'admitted'> | 'too_many_waiting' }

/**
 * Counts one attempt. When one of the two budgets is exhausted, the other is not charged.
 * @param account the username of the user, or what was typed for an unknown one
 * @param address empty when it is not known
 * @param device the browser in which the account is known: it has a budget of its own, and the attempt is not charged to the address
 */
export async function admitAttempt(
  ctx: Context,
  account: string,
  address: string,
  device?: string | undefined,
): Promise<Admission> {
  const attempt =
    device === undefined
      ? { account: accountKey(account), address: address === '' ? undefined : keyOf('address', networkOf(address)) }
      : { account: keyOf('device', `${device}:${usernameKey(account)}`), address: undefined }
  const outcome = await ctx.loginAttempts.admit(attempt.account, {
    findExhausted: () => findExhausted(ctx, attempt),
    charge: () => charge(ctx, attempt),
  })
  return outcome === 'admitted' ? { outcome, attempt } : { outcome }
}

/**
 * Before the charge: a flood of attempts that are rejected anyway must not cost a durable write each. The address is checked first:
 * floods come from few addresses.
 */
async function findExhausted(
  { config, store, now: clock }: Context,
  { account, address }: AdmittedAttempt,
): Promise<Exclude<Verdict, 'admitted'> | undefined> {
  const now = Math.floor(clock())
  const limit = config.addressFailureLimit
  if (address !== undefined && (await store.throttle.isExhausted(address, limit, now))) return 'address_exhausted'
  if (await store.throttle.isExhausted(account, config.accountFailureLimit, now)) return 'account_exhausted'
  return undefined
}

function charge(ctx: Context, { account, address }: AdmittedAttempt): Promise<Verdict> {
  const { accountFailureLimit, addressFailureLimit, failureWindow } = ctx.config
  const now = Math.floor(ctx.now())
  return ctx.store.transaction(async ({ throttle }) => {
    if (!(await throttle.consume(account, accountFailureLimit, failureWindow, now))) return 'account_exhausted'
    if (address === undefined) return 'admitted'
    if (await throttle.consume(address, addressFailureLimit, failureWindow, now)) return 'admitted'
    await throttle.refund(account)
    return 'address_exhausted'
  })
}

/**
 * Records the outcome of an admitted attempt. Right: the account's count is cleared, the address gets its one attempt back. Wrong:
 * both stay charged. Unchecked: neither is charged.
 */
export async function settleAttempt(
  ctx: Context,
  { account, address }: AdmittedAttempt,
  outcome: 'right' | 'wrong' | 'unchecked',
): Promise<void> {
  try {
    if (outcome === 'wrong') return
    await ctx.store.transaction(async ({ throttle }) => {
      await (outcome === 'right' ? throttle.clear(account) : throttle.refund(account))
      if (address !== undefined) await throttle.refund(address)
    })
  } finally {
    ctx.loginAttempts.end(account)
  }
}

/** The key of an account's budget in the database. */
export function accountKey(username: string): string {
  return keyOf('account', usernameKey(username))
}

/** The key of a budget in the database. Hashed, since users sometimes type a password where the username belongs. */
export function keyOf(kind: 'account' | 'device' | 'address' | 'client' | 'client_address', value: string): string {
  return createHash('sha256').update(`${kind}:${value}`).digest('base64url')
}
