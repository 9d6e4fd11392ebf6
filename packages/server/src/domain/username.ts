/** How usernames are compared, and which ones a new user can have. */

/** In UTF-16 units. */
export const maxUsernameLength = 255

/**
 * The form in which usernames are unique and looked up: NFKC and case folding (NIST SP 800-63B-4 §3.1.1.2 in spirit).
 * JavaScript has no case folding; lower-upper-lower maps every pair that folding maps together (ß, ẞ, ss; final sigma).
 */
export function usernameKey(username: string): string {
  return username.normalize('NFKC').toLowerCase().toUpperCase().toLowerCase().normalize('NFKC')
}

/** Why a new user cannot have `username`, as what follows `username` in a sentence; `undefined` when it can. */
export function usernameProblem(username: string): string | undefined {
  if (username === '') return 'is empty'
  if (username.length > maxUsernameLength) return `is longer than ${maxUsernameLength} characters`
  if (!username.isWellFormed()) return 'is not well-formed Unicode'
  if (/^\s|\s$/u.test(username)) return 'begins or ends with white space'
  if (/^\p{M}|[\p{Cc}\p{Cf}\p{Co}\p{Cn}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]/u.test(username))
    return 'contains invisible or control characters'
  if (mixesScripts(username)) return 'mixes letters that look alike from several alphabets'
  return undefined
}

/** Latin, Cyrillic and Greek share letter shapes: `аlice` with a Cyrillic а is not alice (UTS #39 §5). */
function mixesScripts(username: string): boolean {
  const scripts = [/\p{Script=Latin}/u, /\p{Script=Cyrillic}/u, /\p{Script=Greek}/u]
  return scripts.filter((script) => script.test(username)).length > 1
}
