/**
 * Login attempts of this process, one queue per account. Where the budget is used up by attempts whose password is still being
 * checked, the next one waits for their outcome instead of being rejected: twenty right passwords at once all succeed.
 */

/** What the budgets say about an attempt. */
export type Verdict = 'admitted' | 'account_exhausted' | 'address_exhausted'

export interface AttemptQueue {
  /** The verdict of `charge`, called when it is this attempt's turn. An admitted attempt must be ended. */
  readonly admit: (account: string, charge: () => Promise<Verdict>) => Promise<Verdict | 'too_many_waiting'>
  /** An admitted attempt was settled. */
  readonly end: (account: string) => void
}

interface Account {
  /** Attempts that are charged, wait or are admitted. Without any, the account is removed. */
  attempts: number
  admitted: number
  /** The last charge. One follows the other, so that each knows what the ones before did. */
  lastCharge: Promise<unknown>
  /** Resolves when an admitted attempt ends. */
  nextEnd: PromiseWithResolvers<void>
}

/** The verdict, or the end to wait for when admitted attempts have used up the budget. */
type Charged =
  | { readonly verdict: Verdict; readonly waitFor?: never }
  | { readonly verdict?: never; readonly waitFor: Promise<void> }

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

  async function chargeInTurn(account: Account, charge: () => Promise<Verdict>): Promise<Charged> {
    const { admitted, nextEnd } = account
    const verdict = await charge()
    if (verdict === 'admitted') account.admitted++
    return verdict === 'account_exhausted' && admitted > 0 ? { waitFor: nextEnd.promise } : { verdict }
  }

  async function wait(end: Promise<void>): Promise<void> {
    waiting++
    await end
    waiting--
  }

  return {
    admit: async (key, charge) => {
      const account = enter(key)
      let outcome: Verdict | 'too_many_waiting' | undefined
      try {
        while (outcome === undefined) {
          const turn = account.lastCharge.then(() => chargeInTurn(account, charge))
          account.lastCharge = turn.catch(() => {})
          const { verdict, waitFor } = await turn
          if (verdict !== undefined) outcome = verdict
          else if (waiting >= maxWaiting) outcome = 'too_many_waiting'
          else await wait(waitFor)
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

function newAccount(): Account {
  return { attempts: 0, admitted: 0, lastCharge: Promise.resolve(), nextEnd: Promise.withResolvers() }
}
