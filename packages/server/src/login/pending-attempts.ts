/**
 * Guesses of this process whose password is being checked. A login that finds its account's budget used up by those waits
 * for what becomes of them, instead of being refused: twenty right passwords at once are all right.
 */

/** What the budgets say to a guess. */
export type Verdict = 'admitted' | 'account_exhausted' | 'address_exhausted'

export interface PendingGuesses {
  /**
   * Asks the budget; when it is the account's that is used up, again as often as pending guesses may have changed that. An
   * admitted guess is pending until `end`.
   */
  readonly admit: (account: string, ask: () => Promise<Verdict>) => Promise<Verdict | 'too_many_waiting'>
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

  /** `undefined` when the budget is used up by guesses that are pending. */
  async function askInTurn(account: Account, ask: () => Promise<Verdict>): Promise<Verdict | undefined> {
    const werePending = account.pending > 0
    const verdict = await ask()
    if (verdict === 'admitted') account.pending++
    return verdict === 'account_exhausted' && (werePending || account.pending > 0) ? undefined : verdict
  }

  return {
    admit: async (key, ask) => {
      const account = enter(key)
      let outcome: Verdict | 'too_many_waiting' | undefined
      try {
        while (outcome === undefined) {
          const turn = account.lastAsk.then(() => askInTurn(account, ask))
          account.lastAsk = turn.catch(() => {})
          outcome = await turn
          if (outcome !== undefined) break
          if (waiting >= mostWaiting) outcome = 'too_many_waiting'
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
