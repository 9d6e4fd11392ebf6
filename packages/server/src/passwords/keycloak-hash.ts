/** Makes a hash of ours of a Keycloak password: its tables and its exports have the same two JSON objects. */
import { z } from 'zod'
import { argon2HashOf, pbkdf2HashOf } from './from-parts.ts'

const cost = z.object({
  algorithm: z.string(),
  hashIterations: z.number(),
  additionalParameters: z.record(z.string(), z.array(z.string())).nullish(),
})
const secret = z.object({ value: z.base64().min(1), salt: z.base64().min(1) })

const pbkdf2Digests = { pbkdf2: 'sha1', 'pbkdf2-sha256': 'sha256', 'pbkdf2-sha512': 'sha512' } as const
const argon2Variants = { d: 'argon2d', i: 'argon2i', id: 'argon2id' } as const
/** 1.3 is 0x13. */
const argon2Versions = { '1.0': 16, '1.3': 19 } as const

/**
 * `undefined` when a part is missing, or the algorithm is not one of ours.
 * @param credentialData what `credentialData` has: the algorithm and its cost
 * @param secretData what `secretData` has: the hash and its salt
 */
export function keycloakHashOf(credentialData: unknown, secretData: unknown): string | undefined {
  const [costs, secrets] = [cost.safeParse(credentialData).data, secret.safeParse(secretData).data]
  if (costs === undefined || secrets === undefined) return undefined
  const { algorithm, hashIterations, additionalParameters } = costs
  const [salt, key] = [Buffer.from(secrets.salt, 'base64'), Buffer.from(secrets.value, 'base64')]
  const digest = memberOf(pbkdf2Digests, algorithm)
  if (digest !== undefined) return pbkdf2HashOf({ digest, rounds: hashIterations, salt, key })
  const parameter = (name: string) => additionalParameters?.[name]?.[0] ?? ''
  const variant = memberOf(argon2Variants, parameter('type'))
  const version = memberOf(argon2Versions, parameter('version'))
  if (algorithm !== 'argon2' || variant === undefined || version === undefined) return undefined
  const [memoryKib, lanes] = [Number(parameter('memory')), Number(parameter('parallelism'))]
  return argon2HashOf({ variant, version, memoryKib, passes: hashIterations, lanes, salt, tag: key })
}

function memberOf<Value>(table: Readonly<Record<string, Value>>, name: string): Value | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined
}
