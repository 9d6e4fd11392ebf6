/** The next step of an authorization request: each rule, and what is true in every state. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fc } from '../../../../test/support/fast-check.ts'
import { passwordAuthentication } from '../../src/domain/authentication-context.ts'
import { type AuthorizationState, type NextStep, nextStep } from '../../src/domain/next-step.ts'
import type { Prompt } from '../../src/domain/prompt.ts'
import type { InteractionResult, Session } from '../../src/domain/session.ts'

const now = 1_800_000_000

function session(userId: string, authenticatedAt = now - 60): Session {
  const seenAt = authenticatedAt
  return {
    id: `session of ${userId}`,
    userId,
    ...passwordAuthentication,
    authenticatedAt,
    selectedAt: seenAt,
    lastSeenAt: seenAt,
    expiresAt: now + 1000,
  }
}

const loggedIn: AuthorizationState = {
  prompts: new Set(),
  maxAge: undefined,
  requiredUserId: undefined,
  sessions: [session('tim')],
  results: new Set(),
  isConsented: true,
  mayBeImitated: false,
  now,
}

const requested = (...prompts: Prompt[]): Pick<AuthorizationState, 'prompts'> => ({ prompts: new Set(prompts) })
const completed = (...results: InteractionResult[]): Pick<AuthorizationState, 'results'> => ({
  results: new Set(results),
})

const rules: readonly { title: string; when: Partial<AuthorizationState>; next: string }[] = [
  { title: 'a user who is logged in and has consented gets the code', when: {}, next: 'issue' },
  { title: 'a user who is not logged in logs in', when: { sessions: [] }, next: 'login' },
  { title: 'a user who has not consented is asked', when: { isConsented: false }, next: 'consent' },
  {
    title: 'a consent during the request is enough',
    when: { isConsented: false, ...completed('consent') },
    next: 'issue',
  },
  { title: 'prompt=login logs in again', when: requested('login'), next: 'login' },
  { title: 'prompt=login is met by a login', when: { ...requested('login'), ...completed('login') }, next: 'issue' },
  { title: 'prompt=consent asks again', when: requested('consent'), next: 'consent' },
  {
    title: 'prompt=consent is met by consent',
    when: { ...requested('consent'), ...completed('consent') },
    next: 'issue',
  },
  {
    title: 'prompt=login consent requires both, one after the other',
    when: { ...requested('login', 'consent'), ...completed('login') },
    next: 'consent',
  },
  { title: 'prompt=select_account shows the accounts', when: requested('select_account'), next: 'select_account' },
  {
    title: 'prompt=select_account is met by a choice',
    when: { ...requested('select_account'), ...completed('account') },
    next: 'issue',
  },
  { title: 'another account logs in', when: completed('another_account'), next: 'login' },
  {
    title: 'prompt=select_account is met by logging in with another account',
    when: { ...requested('select_account'), ...completed('login') },
    next: 'issue',
  },
  { title: 'max_age in time', when: { maxAge: 60 }, next: 'issue' },
  { title: 'max_age over', when: { maxAge: 59 }, next: 'login' },
  { title: 'max_age=0 is met by a login', when: { maxAge: 0, ...completed('login') }, next: 'issue' },
  {
    title: 'max_age=0 is never in time, not even in the second of the login',
    when: { maxAge: 0, sessions: [session('tim', now)] },
    next: 'login',
  },
  {
    title: 'prompt=none with max_age=0',
    when: { ...requested('none'), maxAge: 0, sessions: [session('tim', now)] },
    next: 'login_required',
  },
  { title: 'a user who denied gets access_denied', when: completed('denied'), next: 'access_denied' },
  { title: 'prompt=none without a session', when: { ...requested('none'), sessions: [] }, next: 'login_required' },
  { title: 'prompt=none with an old session', when: { ...requested('none'), maxAge: 59 }, next: 'login_required' },
  {
    title: 'prompt=none without consent',
    when: { ...requested('none'), isConsented: false },
    next: 'consent_required',
  },
  {
    title: 'prompt=none that another program could have sent',
    when: { ...requested('none'), mayBeImitated: true, ...completed('login') },
    next: 'consent_required',
  },
  { title: 'a request that another program could have sent', when: { mayBeImitated: true }, next: 'consent' },
  {
    title: 'a request that another program could have sent, and a login',
    when: { mayBeImitated: true, ...completed('login') },
    next: 'issue',
  },
  {
    title: 'a request that another program could have sent, and a choice of the account',
    when: { mayBeImitated: true, ...completed('account') },
    next: 'issue',
  },
  {
    title: 'a request that another program could have sent, and a consent',
    when: { mayBeImitated: true, ...completed('consent') },
    next: 'issue',
  },
  { title: 'prompt=none with everything', when: requested('none'), next: 'issue' },
  { title: 'a required user who is not logged in logs in', when: { requiredUserId: 'alice' }, next: 'login' },
  {
    title: 'a required user who is not logged in, prompt=none',
    when: { requiredUserId: 'alice', ...requested('none') },
    next: 'login_required',
  },
  {
    title: 'another user than the required one logged in',
    when: { requiredUserId: 'alice', ...completed('login') },
    next: 'another_user_logged_in',
  },
]

const nameOf = (next: NextStep) => (next.step === 'error' ? next.error : next.step)

for (const { title, when, next } of rules) {
  test(`${title}: ${next}`, () => assert.equal(nameOf(nextStep({ ...loggedIn, ...when })), next))
}

test('the code is issued for the required user when several are logged in', () => {
  const state = { ...loggedIn, sessions: [session('tim'), session('alice')], requiredUserId: 'alice' }
  const next = nextStep(state)
  assert.equal(next.step === 'issue' && next.session.userId, 'alice')
})

const states: fc.Arbitrary<AuthorizationState> = fc.record({
  prompts: fc.oneof(
    fc.constant(new Set<Prompt>(['none'])),
    fc.subarray<Prompt>(['login', 'consent', 'select_account']).map((prompts) => new Set(prompts)),
  ),
  maxAge: fc.option(fc.nat(200), { nil: undefined }),
  requiredUserId: fc.option(fc.constantFrom('tim', 'alice', 'nobody'), { nil: undefined }),
  sessions: fc.subarray([session('tim'), session('alice', now - 150)]),
  results: fc
    .subarray<InteractionResult>(['login', 'account', 'another_account', 'consent', 'denied'])
    .map((results) => new Set(results)),
  isConsented: fc.boolean(),
  mayBeImitated: fc.boolean(),
  now: fc.constant(now),
})

test('in every state: no page with prompt=none, and no code without all that it requires', () => {
  fc.assert(
    fc.property(states, (state) => {
      const next = nextStep(state)
      const { prompts, results, requiredUserId, maxAge } = state
      if (prompts.has('none')) assert.ok(next.step === 'issue' || next.step === 'error')
      if (next.step !== 'issue') return
      assert.ok(!results.has('denied'))
      assert.ok(requiredUserId === undefined || next.session.userId === requiredUserId)
      assert.ok(state.isConsented || results.has('consent'))
      const hasActed = results.has('login') || results.has('account') || results.has('consent')
      assert.ok(!state.mayBeImitated || hasActed)
      assert.ok(!prompts.has('login') || results.has('login'))
      assert.ok(!prompts.has('consent') || results.has('consent'))
      const age = now - next.session.authenticatedAt
      assert.ok(maxAge === undefined || age <= maxAge || results.has('login'))
    }),
    { numRuns: 2000 },
  )
})
