/** The keys to explain a token with: from a file, or from the issuer with --fetch. */
import { readFile } from 'node:fs/promises'
import { describeError } from '../describe.ts'
import { keepMetadata } from '../issuer/discovery.ts'
import { isJsonObject, parseStrictJson } from '../jwt/strict-json.ts'
import { importJwks, readJwks } from '../keys/jwks.ts'
import { supplyRemote } from '../keys/remote-keys.ts'
import type { VerificationKey } from '../keys/verification-key.ts'
import type { IssuerFailure } from '../token-source.ts'
import type { ExplainFlags } from './explain-flags.ts'
import { UsageError } from './usage-error.ts'

export interface FoundKeys {
  /** `undefined`: no flag names keys. */
  readonly keys: readonly VerificationKey[] | undefined
  /** Sentences about keys that a guard would leave out or reject. */
  readonly notes: readonly string[]
}

/** @throws UsageError when the keys are unavailable */
export async function readKeys({ jwksFile, secretFile, mayFetch, issuer }: ExplainFlags): Promise<FoundKeys> {
  if (jwksFile !== undefined) return await readJwksFile(jwksFile)
  if (secretFile !== undefined) return await readSecretFile(secretFile)
  if (mayFetch && issuer !== undefined) return { keys: await fetchKeys(issuer), notes: [] }
  return { keys: undefined, notes: [] }
}

async function readJwksFile(file: string): Promise<FoundKeys> {
  const json = parseStrictJson(await readText('--jwks', file))
  try {
    const read = readJwks(json.ok && isJsonObject(json.value) ? json.value : {})
    return { keys: await importJwks(read), notes: read.ignored.map((sentence) => `--jwks: left out ${sentence}`) }
  } catch (cause) {
    throw new UsageError(`--jwks: ${describeError(cause)}. Save the content of the issuer's jwks_uri.`, { cause })
  }
}

async function readSecretFile(file: string): Promise<FoundKeys> {
  // An editor ends a file with a line break, which is not part of the secret.
  const secret = new TextEncoder().encode((await readText('--secret-file', file)).replace(/\r?\n$/, ''))
  if (secret.length === 0) throw new UsageError('--secret-file: the file is empty.')
  const key = await crypto.subtle.importKey('raw', secret, { name: 'HMAC', hash: 'SHA-256' }, false, ['verify'])
  // RFC 7518 §3.2: a key MUST be at least as long as the hash.
  const isShort = secret.length < 32
  const notes = isShort ? ['--secret-file: below 256 bits: a guard needs unsafeShortSecret'] : []
  return { keys: [{ algorithm: 'HS256', key, unsafeShortSecret: isShort }], notes }
}

async function fetchKeys(issuer: string): Promise<readonly VerificationKey[]> {
  const failures: IssuerFailure[] = []
  const onFailure = (failure: IssuerFailure) => failures.push(failure)
  const access = { fetch, now: () => Date.now() / 1000, onFailure }
  try {
    return await supplyRemote({ identifier: issuer, metadata: keepMetadata(issuer, access) }, access).get()
  } catch (cause) {
    const message = failures[0]?.message ?? describeError(cause)
    throw new UsageError(`--fetch: the issuer's keys are unavailable: ${message}.`, { cause })
  }
}

/** Its error does not repeat the file name: it may be the secret itself. */
async function readText(flag: string, file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (cause) {
    throw new UsageError(`${flag}: name a file that exists and is readable.`, { cause })
  }
}
