/** What the user, the clients and the operator do after PostgreSQL has ended the connections: the same again. */

/** More than the pool of a server has connections. */
const maxRepeats = 30

/** Repeats `work` while it throws because a connection is lost, and while `isUnavailable` says so of its answer. */
export async function untilConnected<Answer>(
  work: () => Promise<Answer>,
  isUnavailable: (answer: Answer) => boolean = () => false,
): Promise<Answer> {
  for (let repeats = 0; ; repeats++) {
    try {
      const answer = await work()
      if (!isUnavailable(answer) || repeats === maxRepeats) return answer
    } catch (error) {
      if (!isConnectionLost(error) || repeats === maxRepeats) throw error
    }
  }
}

/** admin_shutdown of PostgreSQL, or the words of the driver. */
function isConnectionLost(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  return Reflect.get(error, 'code') === '57P01' || /^Connection terminated|ECONNRESET/.test(error.message)
}
