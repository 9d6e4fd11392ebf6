/** Makes a hash of ours of a Keycloak password: `credential_data` and `secret_data`, as the two members of a JSON array. */
import { z } from 'zod'
import { argon2HashOf, pbkdf2HashOf } from '../../../../passwords/from-parts.ts'

const password = z.tuple([
  z.object({
    algorithm: z.string(),
    hashIterations: z.number(),
    additionalParameters: z.record(z.string(), z.array(z.string())).optional(),
  }),
  z.object({ value: z.base64(), salt: z.base64() }),
])

const pbkdf2Digests = { pbkdf2: 'sha1', 'pbkdf2-sha256': 'sha256', 'pbkdf2-sha512': 'sha512' } as const
const argon2Variants = { d: 'argon2d', i: 'argon2i', id: 'argon2id' } as const
/** 1.3 is 0x13. */
const argon2Versions = { '1.0': 16, '1.3': 19 } as const

/** `null` when the algorithm is not one of ours. */
export function keycloakHash(stored: string): string | null {
  const { data } = password.safeParse(parsed(stored))
  if (data === undefined) return null
  const [{ algorithm, hashIterations, additionalParameters = {} }, secret] = data
  const [salt, key] = [Buffer.from(secret.salt, 'base64'), Buffer.from(secret.value, 'base64')]
  const digest = memberOf(pbkdf2Digests, algorithm)
  if (digest !== undefined) return pbkdf2HashOf({ digest, rounds: hashIterations, salt, key })
  const parameter = (name: string) => additionalParameters[name]?.[0] ?? ''
  const variant = memberOf(argon2Variants, parameter('type'))
  const version = memberOf(argon2Versions, parameter('version'))
  if (algorithm !== 'argon2' || variant === undefined || version === undefined) return null
  const [memoryKib, lanes] = [Number(parameter('memory')), Number(parameter('parallelism'))]
  return argon2HashOf({ variant, version, memoryKib, passes: hashIterations, lanes, salt, tag: key })
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function memberOf<Value>(table: Readonly<Record<string, Value>>, name: string): Value | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined
}
