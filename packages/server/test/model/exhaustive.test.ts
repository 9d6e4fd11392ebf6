/**
 * Every history of a few steps on one grant, none left out: what random histories may miss at the edge of a lifetime. 2 steps here,
 * 4 under `npm run soak`.
 */
import { test } from 'node:test'
import { startPair } from './pair.ts'
import { report } from './progress.ts'
import { runHistory } from './run-history.ts'
import { lifetimes } from './state.ts'
import type { Sent, Step } from './steps.ts'

const isSoak = process.env['SOAK'] === 'true'
const length = isSoak ? 4 : 2
const client = 'own'

const alphabet: readonly Step[] = [
  { do: 'exchange', which: 0, client, isVerifierRight: true },
  { do: 'refresh', which: 0, client },
  { do: 'refresh', which: 1, client },
  { do: 'revoke', kind: 'refresh', which: 0, client },
  { do: 'revoke', kind: 'access', which: 0, client },
  { do: 'log_out_by_hint', which: 0 },
  { do: 'wait', seconds: 1 },
  { do: 'wait', seconds: lifetimes.refreshTokenGrace },
  { do: 'wait', seconds: lifetimes.refreshTokenIdle },
]

const before: readonly Step[] = [
  { do: 'authorize', client, isOffline: false },
  { do: 'exchange', which: 0, client, isVerifierRight: true },
  { do: 'refresh', which: 0, client },
]

const after: readonly Step[] = [
  { do: 'use', which: 0 },
  { do: 'introspect', kind: 'refresh', which: 0, client },
]

const timeout = isSoak ? 4 * 3600 * 1000 : 300_000
const count = alphabet.length ** length

test(`the servers agree with the model in all ${count} histories of ${length} steps on one grant`, {
  timeout,
}, async (t) => {
  const pair = await startPair(t, 'sqlite')
  for (let number = 0; number < count; number++) {
    const steps = [...before, ...middleOf(number), ...after]
    // The servers take turns.
    const history = steps.map((step, index): Sent => ({ step, at: index % 2 === 0 ? 0 : 1, sending: 'once' }))
    await runHistory(pair, history, { isLoggedIn: true })
    report('histories', number + 1, count)
  }
})

/** The history as a number with a digit for each step. */
function middleOf(number: number): readonly Step[] {
  return Array.from({ length }, (_, place) => {
    const step = alphabet[Math.floor(number / alphabet.length ** place) % alphabet.length]
    if (!step) throw new Error('not in the alphabet')
    return step
  })
}
