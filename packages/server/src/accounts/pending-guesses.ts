/**
 * Guesses of this process whose password is being checked. A login that finds its account's budget used up by those waits
 * for what becomes of them, instead of being refused: twenty right passwords at once are all right.
 */

export interface PendingGuesses {
  /**
   * Asks the budget, whose answer is `ask`'s, as often as pending guesses may have changed it. An admitted guess is pending
   * until `end`.
   */
  readonly admit: (
    account: string,
    ask: () => Promise<boolean>,
  ) => Promise<'admitted' | 'exhausted' | 'too_many_waiting'>
  /** The guess was settled; `wasRight` when the account's budget begins anew. Wakes those who wait and may now go on. */
  readonly end: (account: string, wasRight: boolean) => void
}

interface Account {
  /** Guesses that ask, wait or are checked: the account is forgotten when there is none. */
  guesses: number
  pending: number
  readonly waiting: (() => void)[]
  /** The last who asks. One asks after the other, so that each knows what became of those before. */
  lastAsk: Promise<unknown>
}

/** `budget` is how many guesses an account has; `mostWaiting` is over all accounts. */
export function createPendingGuesses(budget: number, mostWaiting: number): PendingGuesses {
  const accounts = new Map<string, Account>()
  let waiting = 0

  function enter(key: string): Account {
    const account = accounts.get(key) ?? { guesses: 0, pending: 0, waiting: [], lastAsk: Promise.resolve() }
    accounts.set(key, account)
    account.guesses++
    return account
  }

  function leave(key: string, account: Account): void {
    account.guesses--
    if (account.guesses === 0) accounts.delete(key)
  }

  function wake(account: Account, most: number): void {
    for (const resume of account.waiting.splice(0, most)) {
      waiting--
      resume()
    }
  }

  async function askInTurn(
    account: Account,
    ask: () => Promise<boolean>,
  ): Promise<'admitted' | 'exhausted' | 'pending'> {
    const werePending = account.pending > 0
    if (!(await ask())) return werePending || account.pending > 0 ? 'pending' : 'exhausted'
    account.pending++
    return 'admitted'
  }

  return {
    admit: async (key, ask) => {
      const account = enter(key)
      let outcome: 'admitted' | 'exhausted' | 'too_many_waiting' | undefined
      try {
        while (outcome === undefined) {
          const turn = account.lastAsk.then(() => askInTurn(account, ask))
          account.lastAsk = turn.catch(() => {})
          const answer = await turn
          if (answer !== 'pending') outcome = answer
          else if (waiting >= mostWaiting) outcome = 'too_many_waiting'
          else if (account.pending > 0) {
            waiting++
            await new Promise<void>((resume) => account.waiting.push(resume))
          }
        }
        return outcome
      } finally {
        if (outcome !== 'admitted') leave(key, account)
      }
    },
    end: (key, wasRight) => {
      const account = accounts.get(key)
      if (!account) return
      account.pending--
      if (wasRight) wake(account, budget)
      // The last one is settled: whoever still waits has nobody left to be woken by.
      if (account.pending === 0) wake(account, account.waiting.length)
      leave(key, account)
    },
  }
}
