/** A person with an account, and how usernames are compared. */

export interface User {
  /** The `sub` of tokens: opaque for new users, as given for imported ones. */
  readonly id: string
  readonly username: string
  readonly email: string | null
  readonly isEmailVerified: boolean
  readonly fullName: string | null
  /** Further standard claims, by their names on the wire (OIDC Core §5.1): `given_name`, `address`, ... */
  readonly profile: Readonly<Record<string, unknown>>
  /** `null` when the user has no password and must set one before logging in. */
  readonly passwordHash: string | null
  readonly isDisabled: boolean
  /** One of the tutorial's users, whose password the whole world knows. */
  readonly isDemo: boolean
  /** Access tokens that were issued before are refused, and so are those that do not tell when. 0: none. */
  readonly tokensValidFrom: number
  /** Seconds since the epoch. */
  readonly createdAt: number
  readonly updatedAt: number
}

/** As much of a user as is read whenever a token is presented. */
export type TokenOwner = Pick<User, 'id' | 'username' | 'email' | 'fullName' | 'isDisabled' | 'tokensValidFrom'>

/** What anyone but the server itself may see of a user: the tutorial's four fields, never a hash. */
export interface PublicUser {
  readonly username: string
  readonly email: string | null
  readonly full_name: string | null
  readonly disabled: boolean
}

export function publicUser(user: TokenOwner): PublicUser {
  return { username: user.username, email: user.email, full_name: user.fullName, disabled: user.isDisabled }
}

/**
 * The form in which usernames are unique and looked up: NFKC and case folding (NIST SP 800-63B-4 §3.1.1.2 in spirit).
 * JavaScript has no case folding; lower-upper-lower maps every pair that folding maps together (ß, ẞ, ss; final sigma).
 */
export function usernameKey(username: string): string {
  return username.normalize('NFKC').toLowerCase().toUpperCase().toLowerCase().normalize('NFKC')
}

/** In UTF-16 units. No account has a longer username, so none is looked for. */
export const longestUsername = 255

/** Why `username` can't be given to a new account, as a sentence; `undefined` when it can. */
export function usernameProblem(username: string): string | undefined {
  if (username === '') return 'username is empty'
  if (username.length > longestUsername) return `username is longer than ${longestUsername} characters`
  if (!username.isWellFormed()) return 'username is not well-formed Unicode'
  if (/^\s|\s$/u.test(username)) return 'username begins or ends with white space'
  if (/^\p{M}|[\p{Cc}\p{Cf}\p{Co}\p{Cn}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]/u.test(username))
    return 'username holds invisible or control characters'
  if (mixesScripts(username)) return 'username mixes letters that look alike from several alphabets'
  return undefined
}

/** Latin, Cyrillic and Greek share letter shapes: `аlice` with a Cyrillic а is not alice (UTS #39 §5). */
function mixesScripts(username: string): boolean {
  const scripts = [/\p{Script=Latin}/u, /\p{Script=Cyrillic}/u, /\p{Script=Greek}/u]
  return scripts.filter((script) => script.test(username)).length > 1
}
