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

/**
 * Latin, Cyrillic and Greek share letter shapes: `аlice` with a Cyrillic а is not alice (UTS #39 §5). The parts of an e-mail address
 * are names of their own: `иван@example.com` is common.
 */
function mixesScripts(username: string): boolean {
  const at = username.lastIndexOf('@')
  const parts = at === -1 ? [username] : [username.slice(0, at), ...username.slice(at + 1).split('.')]
  const scripts = [/\p{Script=Latin}/u, /\p{Script=Cyrillic}/u, /\p{Script=Greek}/u]
  return parts.some((part) => scripts.filter((script) => script.test(part)).length > 1)
}

/** Small Cyrillic and Greek letters beside the Latin ones that they look like (UTS #39, confusables.txt, as far as fonts agree). */
const lookalikes: ReadonlyMap<string, string> = new Map(
  [
    'аa',
    'сc',
    'ԁd',
    'еe',
    'һh',
    'іi',
    'јj',
    'ӏl',
    'оo',
    'рp',
    'ԛq',
    'ѕs',
    'уy',
    'хx',
    'ԝw',
    'вb',
    'кk',
    'мm',
    'нh',
    'тt',
  ]
    .concat(['αa', 'βb', 'εe', 'ζz', 'ηn', 'ιi', 'κk', 'μm', 'νn', 'οo', 'ρp', 'τt', 'υu', 'χx', 'γy'])
    .map(([letter = '', latin = '']) => [letter, latin]),
)

/**
 * The key of the Latin username that a reader takes this one for: all its Cyrillic and Greek letters look like Latin ones
 * (UTS #39 §4, whole-script confusables). `undefined` when it has none, or one that does not.
 */
export function latinTwinOf(username: string): string | undefined {
  const key = usernameKey(username)
  if (!/[\p{Script=Cyrillic}\p{Script=Greek}]/u.test(key)) return undefined
  const twin = [...key].map((letter) => lookalikes.get(letter) ?? letter).join('')
  return /[\p{Script=Cyrillic}\p{Script=Greek}]/u.test(twin) ? undefined : twin
}
