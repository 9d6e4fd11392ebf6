/** Signs requests as Standard Webhooks does (version 1 of https://www.standardwebhooks.com), so that services verify them with its libraries. */
import { createHmac } from 'node:crypto'

const prefix = 'whsec_'
/** Standard Webhooks, "Signature scheme": between 24 and 64 bytes. */
const minBytes = 24
const maxBytes = 64

/** Why it cannot be the secret, as what follows its name; `undefined` when it can. Never repeats it. */
export function secretProblem(secret: unknown): string | undefined {
  const bytes = typeof secret === 'string' && secret.startsWith(prefix) ? decode(secret) : undefined
  if (bytes && bytes.length >= minBytes && bytes.length <= maxBytes) return undefined
  return `must be ${prefix} and ${minBytes} to ${maxBytes} random bytes in base64, for example of: openssl rand -base64 32`
}

/** `undefined` unless it is base64 in the one form that all libraries read. */
function decode(secret: string): Buffer | undefined {
  const text = secret.slice(prefix.length)
  const bytes = Buffer.from(text, 'base64')
  return bytes.toString('base64') === text ? bytes : undefined
}

/** The headers of a request. `now` is in seconds since the epoch. */
export function signatureHeaders(
  secret: string,
  { id, now, body }: { readonly id: string; readonly now: number; readonly body: string },
): Readonly<Record<string, string>> {
  const timestamp = String(Math.floor(now))
  const key = decode(secret) ?? ''
  const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${signature}` }
}
