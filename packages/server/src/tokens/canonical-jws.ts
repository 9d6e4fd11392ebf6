/** Whether a compact JWS is written as RFC 7515 §7.1 says. Lenient decoders accept many spellings of one token. */
import { isJsonObject, parseStrictJson } from '@countersign/guard/strict-json'

/** Three parts in base64url (§2), without padding, white space or stray bits (RFC 4648 §3.5); the first two of them JSON objects. */
export function isCanonicalJws(token: string): boolean {
  const parts = token.split('.', 4).map(decode)
  const [header, payload, signature] = parts
  if (!header || !payload || !signature || parts.length !== 3) return false
  return isObject(header) && isObject(payload)
}

/** `undefined` for text that is empty, or has another spelling. */
function decode(part: string): Buffer | undefined {
  const bytes = Buffer.from(part, 'base64url')
  return part !== '' && bytes.toString('base64url') === part ? bytes : undefined
}

/** RFC 7515 §4, RFC 7519 §4: names MUST be unique. */
function isObject(bytes: Buffer): boolean {
  const json = parseStrictJson(bytes.toString('utf8'))
  return json.ok && isJsonObject(json.value)
}
