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
  /** Attempts that are queued or admitted. Without any, the account is removed. */
  attempts: number
  admitted: number
  /** The last attempt in the queue. */
  last: Promise<unknown>
  /** Resolves when an admitted attempt ends. */
  nextEnd: PromiseWithResolvers<void>
}

/** At most `maxWaiting` attempts of all accounts wait behind others of the same account. */
export function createAttemptQueue(maxWaiting: number): AttemptQueue {
  const accounts = new Map<string, Account>()
  let waiting = 0

  async function chargeInTurn(account: Account, charge: () => Promise<Verdict>): Promise<Verdict> {
    for (;;) {
      const { admitted, nextEnd } = account
      const verdict = await charge()
      if (verdict === 'admitted') account.admitted++
      if (verdict !== 'account_exhausted' || admitted === 0) return verdict
      await nextEnd.promise
    }
  }

  function leave(key: string, account: Account): void {
    account.attempts--
    if (account.attempts === 0) accounts.delete(key)
  }

  return {
    admit: async (key, charge) => {
      const account = accounts.get(key) ?? newAccount()
      if (account.attempts > 0 && waiting >= maxWaiting) return 'too_many_waiting'
      accounts.set(key, account)
      account.attempts++
      waiting++
      const turn = account.last.then(() => chargeInTurn(account, charge))
      account.last = turn.catch(() => {})
      let verdict: Verdict | undefined
      try {
        verdict = await turn
        return verdict
      } finally {
        waiting--
        if (verdict !== 'admitted') leave(key, account)
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
  return { attempts: 0, admitted: 0, last: Promise.resolve(), nextEnd: Promise.withResolvers() }
}
