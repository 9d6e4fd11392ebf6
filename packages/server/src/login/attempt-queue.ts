/**
 * Login attempts of this process, one queue per account. Where the budget is used up by attempts whose password is still being
 * checked, the next one waits for their outcome instead of being rejected: twenty right passwords at once all succeed. An attempt that
 * the budgets reject anyway does not queue, so a flood delays nobody.
 */
import { createTurns, type Turns } from './turns.ts'

/** What the budgets say about an attempt. */
export type Verdict = 'admitted' | 'account_exhausted' | 'address_exhausted'

/** The budgets of one attempt. */
export interface Budgets {
  /** Which one has no attempt left. Only reads. */
  readonly findExhausted: () => Promise<Exclude<Verdict, 'admitted'> | undefined>
  /** Counts the attempt against both. */
  readonly charge: () => Promise<Verdict>
}

export interface AttemptQueue {
  /** An admitted attempt must be ended. */
  readonly admit: (account: string, budgets: Budgets) => Promise<Verdict | 'too_many_waiting'>
  /** An admitted attempt was settled. */
  readonly end: (account: string) => void
}

interface Account {
  /** Attempts that are being read or charged, that wait, or that are admitted. Without any, the account is removed. */
  attempts: number
  admitted: number
  /** One charge follows the other, so that each knows the outcome of those before it. */
  readonly charges: Turns
  /** Resolves when an admitted attempt ends. */
  nextEnd: PromiseWithResolvers<void>
}

/** The outcome of an attempt, or the end to wait for when admitted attempts have used up the budget. */
type Decision =
  | { readonly outcome: Verdict | 'too_many_waiting'; readonly waitFor?: never }
  | { readonly outcome?: never; readonly waitFor: PromiseWithResolvers<void> }

/** Attempts of one account that wait for their charge, or are being charged. Each takes a few round trips to the database. */
const maxCharges = 100

/** At most `maxWaiting` attempts, of all accounts, wait for the end of others. */
export function createAttemptQueue(maxWaiting: number): AttemptQueue {
  const accounts = new Map<string, Account>()
  let waiting = 0

  function enter(key: string): Account {
    const account = accounts.get(key) ?? newAccount()
    accounts.set(key, account)
    account.attempts++
    return account
  }

  function leave(key: string, account: Account): void {
    account.attempts--
    if (account.attempts === 0) accounts.delete(key)
  }

  async function wait(end: Promise<void>): Promise<void> {
    waiting++
    await end
    waiting--
  }

  return {
    admit: async (key, budgets) => {
      const account = enter(key)
      let hasWaited = false
      let outcome: Decision['outcome']
      try {
        while (outcome === undefined) {
          const decision =
            (await decideByReading(account, budgets)) ?? (await decideByCharging(account, budgets, hasWaited))
          // What it would wait for may have ended during the read or the charge.
          const mustWait = decision.waitFor === account.nextEnd
          outcome = mustWait && waiting >= maxWaiting ? 'too_many_waiting' : decision.outcome
          if (!mustWait || outcome !== undefined) continue
          await wait(account.nextEnd.promise)
          hasWaited = true
        }
        return outcome
      } finally {
        if (outcome !== 'admitted') leave(key, account)
      }
    },
    end: (key) => {
      const account = accounts.get(key)
      if (!account) return
      account.admitted--
      account.nextEnd.resolve()
      account.nextEnd = Promise.withResolvers()
      leave(key, account)
    },
  }
}

/** `undefined`: only a charge decides. */
async function decideByReading(account: Account, { findExhausted }: Budgets): Promise<Decision | undefined> {
  const { admitted, nextEnd, charges } = account
  const isCharging = charges.count() > 0
  const total = charges.total()
  const exhausted = await findExhausted()
  if (exhausted !== 'account_exhausted') return exhausted && { outcome: exhausted }
  if (admitted > 0) return { waitFor: nextEnd }
  // A charge during the read may be what has used up the budget.
  return isCharging || charges.total() !== total ? undefined : { outcome: exhausted }
}

/** An attempt that has waited counts already among those that wait. */
async function decideByCharging(account: Account, { charge }: Budgets, hasWaited: boolean): Promise<Decision> {
  if (!hasWaited && account.charges.count() >= maxCharges) return { outcome: 'too_many_waiting' }
  return account.charges.take(async () => {
    const { admitted, nextEnd } = account
    const verdict = await charge()
    if (verdict === 'admitted') account.admitted++
    return verdict === 'account_exhausted' && admitted > 0 ? { waitFor: nextEnd } : { outcome: verdict }
  })
}

function newAccount(): Account {
  return { attempts: 0, admitted: 0, charges: createTurns(), nextEnd: Promise.withResolvers() }
}
