/** Logging in with a username and a password. Owns the guess budget around the check; the hash itself is `passwords/`. */
import type { Context } from '../context.ts'
import type { User } from '../domain/user.ts'
import { OAuthError } from '../oauth/errors.ts'
import { PoolBusy } from '../passwords/pool.ts'
import { step, type Trace } from '../trace/trace.ts'
import { admitGuess, forgiveGuesses, refundGuess } from './guess-budget.ts'

export interface Login {
  readonly username: string
  readonly password: string
  /** The client's IP address. */
  readonly address: string
}

/** The tutorial's `get_user`: by any spelling of the username. */
export function findUser(ctx: Context, username: string): Promise<User | undefined> {
  return ctx.store.users.findByUsername(username)
}

/**
 * The tutorial's `authenticate_user`. Every way to fail but overload is answered alike, so that nobody learns which
 * accounts exist, are disabled or locked (OWASP ASVS 6.3.8); the trace tells the operator.
 * @throws OAuthError `incorrect_login`, `too_many_requests`, `temporarily_unavailable`
 */
export async function authenticateUser(ctx: Context, trace: Trace, login: Login): Promise<User> {
  const guess = await step(trace, 'admit_guess', () => requireAdmission(ctx, login))
  const user = await step(
    trace,
    'get_user',
    () => findUser(ctx, login.username),
    (found) => (found ? { found: true, user_id: found.id } : { found: false }),
  )
  const authenticated = await step(trace, 'authenticate_user', async () => {
    const verification = await verifyOrRefund(ctx, guess, user, login.password)
    if (verification.problem === 'malformed_hash' && user) {
      ctx.log.error(
        { userId: user.id },
        'the stored password hash of a user is malformed: the user must reset the password',
      )
    }
    if (!user) throw incorrect('unknown_user', 'a known username')
    if (!verification.isMatch) throw incorrect(verification.problem ?? 'password_mismatch', "the user's password")
    if (user.isDisabled) throw incorrect('user_disabled', 'an enabled user')
    return { user, needsRehash: verification.needsRehash }
  })
  await forgiveGuesses(ctx, guess)
  if (authenticated.needsRehash) rehashLater(ctx, authenticated.user, login.password)
  return authenticated.user
}

async function requireAdmission(ctx: Context, login: Login) {
  const admission = await admitGuess(ctx, login.username, login.address)
  if (admission.isAdmitted) return admission
  if (admission.exhausted === 'account') {
    throw incorrect('account_throttled', `at most ${ctx.config.accountFailureLimit} wrong passwords in a window`)
  }
  throw new OAuthError('too_many_requests', 'Too many failed logins from this address. Try again later.', {
    reason: 'address_throttled',
    expected: `at most ${ctx.config.addressFailureLimit} wrong passwords in a window`,
    headers: { 'retry-after': String(ctx.config.failureWindow) },
  })
}

async function verifyOrRefund(
  ctx: Context,
  guess: Parameters<typeof refundGuess>[1],
  user: User | undefined,
  password: string,
) {
  try {
    // An unknown user is checked against a dummy hash, so that the answer takes as long as a known one's.
    return await ctx.passwords.verify(user?.passwordHash ?? null, password)
  } catch (error) {
    await refundGuess(ctx, guess)
    if (!(error instanceof PoolBusy)) throw error
    throw new OAuthError('temporarily_unavailable', 'Too many logins at once. Try again in a second.', {
      reason: 'password_pool_busy',
      headers: { 'retry-after': '1' },
      cause: error,
    })
  }
}

function incorrect(reason: string, expected: string): OAuthError {
  return new OAuthError('incorrect_login', 'Incorrect username or password', { reason, expected })
}

/** passlib's `deprecated="auto"`: the login does not wait for the new hash, nor fail with it. */
function rehashLater(ctx: Context, user: User, password: string): void {
  const previous = user.passwordHash
  if (previous === null) return
  ctx.passwords
    .hash(password)
    .then((next) => ctx.store.users.replacePasswordHash(user.id, previous, next))
    .catch((error: unknown) => {
      if (!(error instanceof PoolBusy))
        ctx.log.warn({ userId: user.id, err: error }, 'a password could not be rehashed')
    })
}
