/** Runs a history at the servers and in the model at once, and compares each answer. */
import assert from 'node:assert/strict'
import { keepHouse } from '../../src/housekeeping/housekeeping.ts'
import { untilConnected } from './lost-connections.ts'
import { expect } from './model.ts'
import type { Pair } from './pair.ts'
import { type Answer, haveSession, newPlayer, type Player, play } from './player.ts'
import { beginSession, initialState, liveSession, type State } from './state.ts'
import { mayBeSentTwice, resolved, type Sent, type Step } from './steps.ts'

let users = 0

/**
 * `isLoggedIn`: the user has a session before the first step, without a password that takes time to check. @default false
 * @throws an AssertionError at the first answer that the model does not expect
 */
export async function runHistory(
  pair: Pair,
  history: readonly Sent[],
  { isLoggedIn = false }: { readonly isLoggedIn?: boolean } = {},
): Promise<void> {
  const userId = `user-${users++}`
  await untilConnected(() => pair.addUser(userId))
  const player = newPlayer(pair, userId)
  const state = initialState(pair.now())
  if (isLoggedIn) {
    await haveSession(pair, player)
    beginSession(state)
  }
  for (const [index, sent] of history.entries()) {
    await runStep(pair, player, state, sent, `step ${index} ${JSON.stringify(sent)}`)
  }
  for (const which of [0, 1]) {
    const failures = pair.at(which).log.filter(({ level }) => level === 'error')
    assert.deepEqual(failures, [])
  }
}

async function runStep(pair: Pair, player: Player, state: State, sent: Sent, name: string): Promise<void> {
  const { at, sending } = sent
  const step = resolved(sent.step, state)
  // A login continues a session that has ended if housekeeping has not removed it yet: then, nobody could say what a logout ends.
  if (step.do === 'log_in' && state.session && !liveSession(state))
    await untilConnected(() => keepHouse(pair.at(at).server.context))
  const isTwice = sending !== 'once' && mayBeSentTwice(step)
  const answers = isTwice ? await playTwice(pair, player, step, sent) : [await play(pair, player, step, at)]
  for (const answer of answers) {
    const right = expect(state, step)
    assert.ok(right.includes(answer.outcome), `${name}: expected ${right.join(' or ')}, received ${answer.outcome}`)
    hold(player, answer)
    assert.deepEqual(lengthsOf(player), lengthsOf(state), name)
    if (step.do === 'refresh' && answer.outcome === 'ok') {
      // Derived from the token: a client that repeats a request gets the same one again.
      const { successor } = state.refreshTokens[step.which] ?? {}
      const held = successor && player.refreshTokens[state.refreshTokens.indexOf(successor)]
      assert.equal(answer.tokens?.['refresh_token'], held, name)
    }
  }
}

/** What came back first is what was decided first: of two requests at the same time, the successful one. */
async function playTwice(pair: Pair, player: Player, step: Step, { at, sending }: Sent): Promise<readonly Answer[]> {
  if (sending === 'lost') return [await play(pair, player, step, at), await play(pair, player, step, 1 - at)]
  const both = await Promise.all([play(pair, player, step, at), play(pair, player, step, 1 - at)])
  return both.toSorted((one, other) => Number(other.outcome === 'ok') - Number(one.outcome === 'ok'))
}

function hold(player: Player, { code, tokens }: Answer): void {
  if (code) player.codes.push(code)
  if (!tokens) return
  player.accessTokens.push(tokens['access_token'] ?? '')
  player.idTokens.push(tokens['id_token'] ?? '')
  const refreshToken = tokens['refresh_token'] ?? ''
  if (!player.refreshTokens.includes(refreshToken)) player.refreshTokens.push(refreshToken)
}

type Held = Readonly<Record<'codes' | 'accessTokens' | 'refreshTokens' | 'idTokens', readonly unknown[]>>

const lengthsOf = ({ codes, accessTokens, refreshTokens, idTokens }: Held) =>
  [codes, accessTokens, refreshTokens, idTokens].map(({ length }) => length)
