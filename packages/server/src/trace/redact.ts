/**
 * Removes what may be a secret from the text that a stranger sent where none belongs, such as a mistyped path or an unregistered redirect
 * URI: it is stored, and stands in the log (OWASP ASVS 16.2.5).
 */

const mark = '***'
const maxPathLength = 100

/** The scheme and the host of a URI. Neither is a secret, unless a token stands there; a password before the host is. */
const originOf = /^[a-z][a-z0-9+.-]*:(?:\/\/[^/?#]*)?/i

/** A parameter with its value, or a run of characters that tokens are made of. */
const parts = /([\w.-]*)=([^&;#]+)|[\w~.+-]+/g

/** The escapes of characters that need none (RFC 3986 §2.3): a token can be hidden in them. */
const needlessEscapes = /%(?:2[DE]|3\d|4[1-9A-F]|5[\dAF]|6[1-9A-F]|7[\dAE])/gi

const secretNames = /token|code|secret|pass|assertion|hint|state|nonce|key|sig|sess/i

/** JWTs, and our own tokens and codes, by how they begin. */
const tokens = /(?<![\w-])(?:eyJ|rt_|ac_)[\w.-]*/g

/** `text` without the runs that look like secrets. Those in `known`, which are the deployment's own, are kept. */
export function redacted(text: string, known: readonly string[] = []): string {
  const plain = text.replace(needlessEscapes, decodeURIComponent)
  const [origin = ''] = originOf.exec(plain) ?? []
  const rest = plain.slice(origin.length).replace(parts, (part, name?: string, value?: string) => {
    if (known.some((own) => own.includes(part))) return part
    if (name === undefined || value === undefined) return isLikeSecret(part) ? mark : part
    return value.length >= 8 || secretNames.test(name) ? `${name}=${mark}` : part
  })
  return origin.replace(/\/\/.*@/, `//${mark}@`).replace(tokens, mark) + rest
}

/** The path of a request that no route serves, redacted and short. */
export function redactedPath(path: string): string {
  const safe = redacted(path)
  return safe.length <= maxPathLength ? safe : `${safe.slice(0, maxPathLength - 3)}...`
}

/** JWTs, our own tokens and codes, and long random text. Words, which a reader of a log needs, have few digits and capitals; numbers have no letters. */
function isLikeSecret(run: string): boolean {
  if (run.search(tokens) === 0) return true
  if (!/[a-z]/i.test(run)) return false
  return run.length > 40 || (run.length >= 16 && /\d/.test(run)) || (run.length >= 32 && /[A-Z]/.test(run))
}
