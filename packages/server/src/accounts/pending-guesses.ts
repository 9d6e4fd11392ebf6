/**
 * Guesses of this process whose password is being checked. A login that finds its account's budget used up by those waits
 * for what becomes of them, instead of being refused: twenty right passwords at once are all right.
 */

export interface PendingGuesses {
  /** A guess of the account is being checked. */
  readonly begin: (account: string) => void
  /** It is done; `wasRight` when the account's budget begins anew. Wakes those who wait and may now go on. */
  readonly end: (account: string, wasRight: boolean) => void
  readonly arePending: (account: string) => boolean
  /** Resolves to true when the budget may be asked again, to false when too many wait already. */
  readonly wait: (account: string) => Promise<boolean>
}

interface Account {
  pending: number
  readonly waiting: (() => void)[]
}

/** `budget` is how many guesses an account has; `mostWaiting` is over all accounts. */
export function createPendingGuesses(budget: number, mostWaiting: number): PendingGuesses {
  const accounts = new Map<string, Account>()
  let waiting = 0

  function wake(account: Account, most: number): void {
    for (const resume of account.waiting.splice(0, most)) {
      waiting--
      resume()
    }
  }

  return {
    begin: (key) => {
      const account = accounts.get(key) ?? { pending: 0, waiting: [] }
      account.pending++
      accounts.set(key, account)
    },
    end: (key, wasRight) => {
      const account = accounts.get(key)
      if (!account) return
      account.pending--
      if (wasRight) wake(account, budget)
      // The last one is done: whoever still waits has nobody left to be woken by.
      if (account.pending === 0) {
        wake(account, account.waiting.length)
        accounts.delete(key)
      }
    },
    arePending: (key) => accounts.has(key),
    wait: (key) => {
      const account = accounts.get(key)
      if (!account) return Promise.resolve(true)
      if (waiting >= mostWaiting) return Promise.resolve(false)
      waiting++
      return new Promise((resolve) => account.waiting.push(() => resolve(true)))
    },
  }
}
