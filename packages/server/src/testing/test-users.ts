/** The users of the test kit. */
import type { Context } from '../context.ts'
import { subjectIdProblem } from '../domain/subject.ts'
import type { User, UserWithCredentials } from '../domain/user.ts'
import { usernameKey } from '../domain/username.ts'
import { requireUsername } from '../users/add-user.ts'
import { hashNewPassword } from '../users/new-password.ts'
import { changesOf, type ProfileFields } from '../users/profile-changes.ts'
import { failInvalid, UserError } from '../users/user-problem.ts'

export interface TestUser extends ProfileFields {
  readonly username: string
  /** @default the username */
  readonly id?: string
  /** The default makes the start faster: its hash is known. @default 'test-password' */
  readonly password?: string
  /** @default false */
  readonly isDisabled?: boolean
}

export const defaultPassword = 'test-password'

/** Of the default password, with the scheme and the cost of the server, so that a login replaces it by no other. */
const defaultHash = '$argon2id$v=19$m=19456,t=2,p=1$OD4jF6EWJFLFcAKPXvfDcA$fTkBTv1Xeke/5HDwWwoaawAJufcGnqEksBBIcKXPWSY'

/**
 * With the checks of `countersign users add`: a test must not pass with a user whom no server can have.
 * @throws UserError `invalid`, `missing`, `taken` @internal
 */
export async function insertTestUsers(ctx: Context, users: readonly TestUser[]): Promise<void> {
  const made = await Promise.all(users.map((user) => toUser(ctx, user)))
  await requireUnique(ctx, made)
  await ctx.store.users.insert(made)
}

/** Also among the users of `demo`. @throws UserError `taken` */
async function requireUnique(ctx: Context, made: readonly User[]): Promise<void> {
  const names = made.map(({ subject: { id }, profile: { username } }) => ({ id, username }))
  const others: User[] = [...(await ctx.store.users.findTaken(names))]
  for (const user of made) {
    if (others.some(({ subject }) => subject.id === user.subject.id))
      failTaken('id', 'is that of another user of the kit')
    const key = usernameKey(user.profile.username)
    if (others.some(({ profile }) => usernameKey(profile.username) === key)) {
      failTaken('username', 'is that of another user of the kit, in this or another spelling')
    }
    others.push(user)
  }
}

function failTaken(field: string, message: string): never {
  throw new UserError([{ code: 'taken', field, message }])
}

async function toUser(ctx: Context, user: TestUser): Promise<UserWithCredentials> {
  const { username, id = username, password = defaultPassword, isDisabled = false, ...fields } = user
  requireUsername(username)
  const idProblem = typeof id === 'string' ? subjectIdProblem(id) : 'must be text'
  if (idProblem !== undefined) failInvalid('id', idProblem)
  if (typeof isDisabled !== 'boolean') failInvalid('isDisabled', 'must be true or false')
  const { email = null, isEmailVerified = false, fullName = null, claims = {} } = changesOf(noProfile, fields)
  const time = Math.floor(ctx.now())
  return {
    subject: { id, isDisabled, tokensValidFrom: 0, version: 1, createdAt: time },
    profile: { username, email, isEmailVerified, fullName, claims, updatedAt: time },
    credentials: {
      passwordHash:
        password === defaultPassword ? defaultHash : await hashNewPassword(ctx, password, { username, email }),
      isDemo: false,
    },
  }
}

const noProfile = { email: null, claims: {} }
