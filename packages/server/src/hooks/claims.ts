/** Calls the option `claims`, and checks what it returns. A failure ends the request alone, with a 500 that `countersign why` explains. */
import { types } from 'node:util'
import { maxNesting, parseStrictJson } from '@countersign/guard/strict-json'
import type { Context } from '../context.ts'
import { type AddedClaims, type ClaimsRequest, reservedClaims } from '../domain/claims-hook.ts'
import type { Client } from '../domain/client.ts'
import { metadataOf } from '../domain/client-metadata.ts'
import type { User } from '../domain/user.ts'
import { accountOf } from '../domain/user-account.ts'
import { OAuthError } from '../oauth/errors.ts'
import { withinTime } from '../within-time.ts'

/** How long the hook may take. */
const timeoutMs = 3000
/** Bytes of JSON. Tokens travel in headers, which servers limit to 8 KiB. */
const maxBytes = 4096

const none: AddedClaims = {}

export interface ClaimsOf extends Pick<ClaimsRequest, 'scopes' | 'token'> {
  readonly user: User | undefined
  readonly client: Client
}

/** Without the option: no claims. @throws OAuthError `server_error` */
export async function claimsFromHook({ config }: Pick<Context, 'config'>, request: ClaimsOf): Promise<AddedClaims> {
  if (!config.claims) return none
  const { user, client, scopes, token } = request
  // A copy: what the hook changes must change nothing here.
  const given = structuredClone({ user: user && accountOf(user), client: metadataOf(client), scopes, token })
  const { claims: hook } = config
  let returned: unknown
  try {
    returned = await withinTime(timeoutMs, async () => await hook(given), tookTooLong)
  } catch (thrown) {
    // What looks into a Proxy, as `instanceof` and logs do, runs code of the hook.
    const cause = types.isProxy(thrown) ? new TypeError('claims threw a Proxy') : thrown
    throw failed(cause instanceof TookTooLong ? 'a result within 3 s' : 'a result, not an error', cause)
  }
  return check(toJson(returned))
}

/** The claims as they will be in the token. */
function toJson(returned: unknown): unknown {
  let text: string | undefined
  try {
    text = JSON.stringify(returned)
  } catch (cause) {
    throw failed('claims that JSON can express', cause)
  }
  if (Buffer.byteLength(text ?? '') > maxBytes) {
    throw failed(`at most ${maxBytes} bytes`, new RangeError(`claims must return at most ${maxBytes} bytes of JSON`))
  }
  const parsed = parseStrictJson(text ?? 'null')
  if (parsed.ok) return parsed.value
  // Of JSON that was just made. A verifier of ours would reject the token.
  throw failed(
    `at most ${maxNesting} levels`,
    new RangeError(`claims must not return values nested more than ${maxNesting} levels deep`),
  )
}

function check(claims: unknown): AddedClaims {
  if (typeof claims !== 'object' || claims === null || Array.isArray(claims)) {
    throw failed('an object of claims', new TypeError('claims must return an object'))
  }
  const reserved = Object.keys(claims).filter((name) => reservedClaims.includes(name))
  if (reserved.length === 0) return Object.fromEntries(Object.entries(claims))
  const names = reserved.join(', ')
  throw failed('no reserved claims', new TypeError(`claims must not return ${names}: the protocol defines them`))
}

function failed(expected: string, cause: unknown): OAuthError {
  return new OAuthError('server_error', 'Internal Server Error', { reason: 'claims_hook_failed', expected, cause })
}

class TookTooLong extends Error {}

function tookTooLong(): never {
  throw new TookTooLong(`claims took longer than ${timeoutMs / 1000} seconds`)
}
