/** Which user a login names: by the username or a verified e-mail address, as the deployment allows. */
import type { Context } from '../context.ts'
import { emailKey, mayBeEmail } from '../domain/email.ts'
import { usernameKey } from '../domain/username.ts'
import type { LoginKeys } from '../store/users.ts'

export function loginKeys({ loginWith }: Pick<Context, 'loginWith'>, name: string): LoginKeys {
  return {
    usernameKey: loginWith.includes('username') ? usernameKey(name) : null,
    emailKey: loginWith.includes('email') && mayBeEmail(name) ? emailKey(name) : null,
  }
}

/** Whether users log in with such a name: with addresses alone, what is none names nobody, in no place. */
export function mayName({ usernameKey, emailKey }: LoginKeys): boolean {
  return usernameKey !== null || emailKey !== null
}

/**
 * The account whose budget a login attempt is counted against: that of the user, whatever name was typed. What can be an address is looked
 * up whether a user has it or not, so that both take the same time.
 */
export async function accountOf(
  { store, loginWith, directories }: Pick<Context, 'store' | 'loginWith' | 'directories'>,
  name: string,
): Promise<string> {
  const keys = loginKeys({ loginWith }, name)
  const noted = directories?.otherNames.usernameOf(name)
  if (noted !== undefined && !(await isOfOurs(store, keys))) return noted
  if (keys.emailKey === null) return name
  return (await store.users.findUsernameKey(keys)) ?? keys.emailKey
}

/** Whether a login by the name is of one of our own users, so that no directory is asked. */
async function isOfOurs({ users, directoryLinks }: Context['store'], keys: LoginKeys): Promise<boolean> {
  const user = await users.findForLogin(keys)
  const link = user && (await directoryLinks.find(user.subject.id))
  return user !== undefined && (link === undefined || link.migratedAt !== null)
}
