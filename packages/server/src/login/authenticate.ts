/** Authenticates a user by username and password, within the login-attempt budget. The hash itself is `passwords/`. */
import type { Context } from '../context.ts'
import type { User, UserWithCredentials } from '../domain/user.ts'
import { usernameKey } from '../domain/username.ts'
import { occurrence } from '../hooks/events.ts'
import { OAuthError } from '../oauth/errors.ts'
import type { Reason } from '../oauth/reasons.ts'
import { canBelongToAnAccount } from '../passwords/login-rules.ts'
import { PoolBusy, PoolClosed, type Verification, WorkerFailed } from '../passwords/pool.ts'
import type { Request } from '../request.ts'
import { directoryUnavailable } from '../token-status/confirm-owner.ts'
import { step } from '../trace/trace.ts'
import type { DirectoryUser, PasswordCheck } from '../users/directories/directory.ts'
import { DirectoryUnavailable, type OpenDirectory } from '../users/directories/open-directory.ts'
import { type AdmittedAttempt, admitAttempt, settleAttempt } from './attempt-budget.ts'
import { type Candidate, candidateFacts, findHere, findUser } from './candidate.ts'
import { enterFromDirectory } from './enter-from-directory.ts'
import { findKnownDevice } from './known-device.ts'
import { loginsBusy } from './login-admission.ts'
import { accountOf } from './login-keys.ts'
import type { PasswordLogin } from './read-credentials.ts'

/** The request that a login comes with. */
type LoginRequest = Pick<Request, 'id' | 'trace' | 'address' | 'cookie'>

/**
 * The tutorial's `authenticate_user`. All failures but overload get the same response, so that nobody learns which users exist,
 * are disabled or locked (OWASP ASVS 6.3.8). The trace has the reason, for the operator.
 * @throws OAuthError `incorrect_login`, `too_many_requests`, `temporarily_unavailable`
 */
export async function authenticateUser(ctx: Context, request: LoginRequest, login: PasswordLogin): Promise<User> {
  const { trace } = request
  let attempt: AdmittedAttempt | undefined
  let candidate: Candidate | undefined
  let outcome: 'right' | 'wrong' | 'unchecked' = 'unchecked'
  try {
    const account = await accountOf(ctx, login.username)
    const first = await step(trace, 'admit_attempt', () => requireAdmission(ctx, request, account))
    attempt = first
    candidate = await step(trace, 'get_user', () => findUser(ctx, login.username), candidateFacts)
    const found = candidate
    // A directory may know the user by several names, which share one budget: the attempt counts for the username instead. Never for both at
    // once, since two users with names of each other would wait for each other.
    if (found?.directory && usernameKey(found.found.username) !== usernameKey(account)) {
      attempt = undefined
      await settleAttempt(ctx, first, 'unchecked')
      const { username } = found.found
      attempt = await step(trace, 'admit_attempt', () =>
        requireAdmissionInstead(ctx, request, username, login.username),
      )
    }
    return await step(
      trace,
      'authenticate_user',
      async () => {
        const verification = await verifyPassword(ctx, found, login.password)
        outcome = 'wrong'
        const authenticated = requireMatch(ctx, found, verification)
        // The username may belong to somebody else here, whose count a right password there does not clear.
        outcome = authenticated.directory ? 'unchecked' : 'right'
        if (authenticated.directory) {
          const user = await enterFromDirectory(ctx, authenticated, login)
          outcome = 'right'
          return user
        }
        if (verification.needsRehash) rehashLater(ctx, authenticated.user, login.password)
        return { subject: authenticated.user.subject, profile: authenticated.user.profile }
      },
      ({ subject }) => ({ user_id: subject.id }),
    )
  } catch (error) {
    if (error instanceof OAuthError) {
      if (error.reason === 'directory_entry_unusable') {
        // As for an unknown user: neither the time nor the budget tells that there is an entry.
        await verifyHash(ctx, null, login.password)
        outcome = 'wrong'
      }
      // For the operator, who may want to unlock the account: whether it exists here, and whose it is. No directory is asked: nothing limits
      // how often.
      if (isThrottled(error)) {
        candidate = await step(trace, 'get_user', () => findHere(ctx, login.username), candidateFacts)
      }
      emitFailed(ctx, request, error, candidate?.user)
    }
    throw error
  } finally {
    const admitted = attempt
    if (admitted) await step(trace, 'settle_attempt', () => settleAttempt(ctx, admitted, outcome))
  }
}

function emitFailed(ctx: Context, request: LoginRequest, { reason }: OAuthError, user: User | undefined): void {
  const failed = { reason, userId: user?.subject.id, address: request.address }
  ctx.emit({ type: 'login_failed', ...failed, ...occurrence(ctx, request) })
}

/** Call it when the login has taken effect. */
export function emitLoggedIn(ctx: Context, request: Omit<LoginRequest, 'cookie'>, { subject }: User): void {
  const { address } = request
  ctx.emit({ type: 'logged_in', userId: subject.id, address, ...occurrence(ctx, request) })
}

async function requireAdmission(ctx: Context, request: LoginRequest, account: string): Promise<AdmittedAttempt> {
  const device = await findKnownDevice(ctx, request, account)
  const admission = await admitAttempt(ctx, account, request.address, device)
  switch (admission.outcome) {
    case 'admitted':
      return admission.attempt
    case 'too_many_waiting':
      throw loginsBusy()
    case 'account_exhausted':
      throw incorrect('account_throttled', `at most ${ctx.config.accountFailureLimit} failed attempts in a window`)
    case 'address_exhausted':
      throw new OAuthError('too_many_requests', 'Too many failed logins from this address. Try again later.', {
        reason: 'address_throttled',
        expected: `at most ${ctx.config.addressFailureLimit} failed attempts in a window`,
        headers: { 'retry-after': String(ctx.config.failureWindow) },
      })
  }
}

/**
 * For the username of a directory's user who typed `other`. Where it has no attempt left, the name is noted: each attempt by it would ask the
 * directory, and none is counted.
 */
async function requireAdmissionInstead(
  ctx: Context,
  request: LoginRequest,
  username: string,
  other: string,
): Promise<AdmittedAttempt> {
  try {
    return await requireAdmission(ctx, request, username)
  } catch (error) {
    if (isThrottled(error)) ctx.directories?.otherNames.note(other, username, ctx.config.failureWindow)
    throw error
  }
}

function isThrottled(error: unknown): boolean {
  return error instanceof OAuthError && error.reason === 'account_throttled'
}

/**
 * The tutorial's `verify_password`, as far as the pool has room. Every login runs hashes of the same number in the pool, so that the response
 * takes the same time: for an unknown user, and beside the check of a directory, those of a dummy.
 */
async function verifyPassword(
  ctx: Context,
  candidate: Candidate | undefined,
  password: string,
): Promise<Verification & PasswordCheck> {
  if (!candidate?.directory) return await verifyHash(ctx, candidate?.user.credentials.passwordHash ?? null, password)
  const { directory, found } = candidate
  if (!directory.verify) return await verifyHash(ctx, found.passwordHash, password)
  const [check] = await Promise.all([
    canBelongToAnAccount(password) ? verifyThere(directory.verify, found, password) : { isMatch: false },
    verifyHash(ctx, null, password),
  ])
  return { ...check, needsRehash: false }
}

async function verifyHash(ctx: Context, hash: string | null, password: string): Promise<Verification> {
  try {
    return await ctx.passwords.verify(hash, password)
  } catch (error) {
    if (error instanceof PoolBusy || error instanceof PoolClosed || error instanceof WorkerFailed)
      throw loginsBusy(error)
    throw error
  }
}

/** An empty password is not sent: to an LDAP server it means a login as nobody, which succeeds (RFC 4513 §5.1.2). */
async function verifyThere(
  verify: NonNullable<OpenDirectory['verify']>,
  found: DirectoryUser,
  password: string,
): Promise<PasswordCheck> {
  try {
    return await verify(found, password)
  } catch (error) {
    throw error instanceof DirectoryUnavailable ? directoryUnavailable(error) : error
  }
}

function requireMatch(
  ctx: Context,
  candidate: Candidate | undefined,
  verification: Verification & PasswordCheck,
): Candidate {
  if (!candidate) throw incorrect('unknown_user', 'a known username')
  const { user, directory, found } = candidate
  const place = directory ? ` in the directory ${directory.declaration.name}` : ''
  if (verification.problem === 'malformed_hash') {
    const facts = user ? { userId: user.subject.id } : { directory: directory.declaration.name, key: found.key }
    ctx.log.error(facts, 'the stored password hash is malformed: set a new password for this user')
  }
  if (!verification.isMatch) {
    const refusal = verification.refusal === undefined ? '' : `, which says that ${verification.refusal}`
    throw incorrect(verification.problem ?? 'password_mismatch', `the user's password${place}${refusal}`)
  }
  const isDisabled = user?.subject.isDisabled ?? found?.isDisabled
  if (isDisabled) throw incorrect('user_disabled', `an enabled user${place}`)
  return candidate
}

function incorrect(reason: Reason, expected: string): OAuthError {
  return new OAuthError('incorrect_login', 'Incorrect username or password', { reason, expected })
}

/** passlib's `deprecated="auto"`: the login neither waits for the new hash nor fails with it. */
function rehashLater(ctx: Context, { subject, credentials }: UserWithCredentials, password: string): void {
  const previous = credentials.passwordHash
  if (previous === null) return
  ctx.passwords
    .hash(password)
    .then((next) => ctx.store.credentials.replaceHash(subject.id, previous, next))
    .catch((error: unknown) => {
      if (error instanceof PoolBusy || error instanceof PoolClosed) return
      ctx.log.warn({ userId: subject.id, err: error }, 'a password could not be rehashed')
    })
}
