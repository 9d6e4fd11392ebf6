/** How long a test of an application waits for `createTestCountersign`: the first in a process, and the next ones. */
import { createTestCountersign } from 'countersign/testing'
import { atMost, type Case } from '../findings.ts'
import { median } from '../rounds.ts'

const starts = 21

const options = {
  users: [{ username: 'tim' }, { username: 'alice' }],
  clients: [
    { client_id: 'app', token_endpoint_auth_method: 'none', redirect_uris: ['http://127.0.0.1:3000/callback'] },
  ],
} as const

export const testKit: Case = async (tell) => {
  const times: number[] = []
  for (let count = 0; count < starts; count++) {
    const startedAt = performance.now()
    const issuer = await createTestCountersign(options)
    times.push(performance.now() - startedAt)
    await issuer.close()
  }
  const [first = Number.NaN] = times
  const middle = median(times)
  tell(`the first took ${first.toFixed(0)} ms, the median ${middle.toFixed(0)} ms`)
  return [
    {
      what: 'createTestCountersign with two users and a client, median of 21 in one process',
      figure: `${middle.toFixed(1)} ms; the first ${first.toFixed(1)} ms`,
      goal: atMost(middle, 100),
    },
  ]
}
