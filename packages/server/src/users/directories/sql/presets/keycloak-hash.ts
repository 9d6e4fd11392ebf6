/** Makes a hash of ours of a Keycloak password: `credential_data` and `secret_data`, as the two members of a JSON array. */
import { z } from 'zod'

const password = z.tuple([
  z.object({
    algorithm: z.string(),
    hashIterations: z.number(),
    additionalParameters: z.record(z.string(), z.array(z.string())).optional(),
  }),
  z.object({ value: z.base64(), salt: z.base64() }),
])

/** Bytes of the HMAC of each algorithm. */
const pbkdf2 = { pbkdf2: 20, 'pbkdf2-sha256': 32, 'pbkdf2-sha512': 64 } as const
/** Its versions as Keycloak writes them: 1.3 is 0x13. */
const argon2Versions = { '1.0': 16, '1.3': 19 } as const

/** `null` when the algorithm is not one of ours. */
export function keycloakHash(stored: string): string | null {
  const { data } = password.safeParse(parsed(stored))
  if (data === undefined) return null
  const [{ algorithm, hashIterations, additionalParameters = {} }, { value, salt }] = data
  if (isKeyOf(algorithm, pbkdf2)) {
    // PBKDF2 makes its output in blocks of one HMAC (RFC 8018 §5.2). Keycloak keeps 64 bytes; the first block is enough to compare.
    const checksum = Buffer.from(value, 'base64').subarray(0, pbkdf2[algorithm])
    return `$${algorithm}$${hashIterations}$${adapted(Buffer.from(salt, 'base64'))}$${adapted(checksum)}`
  }
  if (algorithm !== 'argon2') return null
  const parameter = (name: string) => additionalParameters[name]?.[0] ?? ''
  const version = parameter('version')
  if (!isKeyOf(version, argon2Versions)) return null
  const costs = `m=${parameter('memory')},t=${hashIterations},p=${parameter('parallelism')}`
  return `$argon2${parameter('type')}$v=${argon2Versions[version]}$${costs}$${unpadded(salt)}$${unpadded(value)}`
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function isKeyOf<Key extends string>(key: string, table: Readonly<Record<Key, number>>): key is Key {
  return Object.hasOwn(table, key)
}

function unpadded(base64: string): string {
  return base64.replace(/=+$/, '')
}

/** passlib's adapted base64: `.` instead of `+`, without padding. */
function adapted(bytes: Uint8Array): string {
  return unpadded(Buffer.from(bytes).toString('base64')).replaceAll('+', '.')
}
