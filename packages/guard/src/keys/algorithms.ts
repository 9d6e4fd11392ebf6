/** The supported signature algorithms (RFC 7518 §3.1, RFC 8037 §3.1, RFC 9864 §2.2), each with the keys that fit it. */

/** By their JOSE names. `HS256` is the tutorial's; the others use public keys. */
export type Algorithm = 'HS256' | AsymmetricAlgorithm
export type AsymmetricAlgorithm =
  | 'ES256'
  | 'ES384'
  | 'ES512'
  | 'RS256'
  | 'RS384'
  | 'RS512'
  | 'PS256'
  | 'PS384'
  | 'PS512'
  | 'EdDSA'
  | 'Ed25519'

/** The parameters of an algorithm for Web Crypto, which ignores the other members; and the form of its public JWKs. */
export interface AlgorithmFacts {
  readonly algorithm: Algorithm
  /** The name of the algorithm of its keys. */
  readonly name: 'HMAC' | 'ECDSA' | 'RSASSA-PKCS1-v1_5' | 'RSA-PSS' | 'Ed25519'
  /** The hash: a property of the key for HMAC and RSA, of the signature for ECDSA. */
  readonly hash?: 'SHA-256' | 'SHA-384' | 'SHA-512'
  /** The curve: `crv` of JWKs. */
  readonly namedCurve?: 'P-256' | 'P-384' | 'P-521' | 'Ed25519'
  /** For RSA-PSS, in bytes. */
  readonly saltLength?: number
  /** `kty` of its JWKs; none for a secret, which is never published. */
  readonly kty?: 'EC' | 'RSA' | 'OKP'
  /** The members of a JWK with the public key (RFC 7518 §6.2.1, §6.3.1, RFC 8037 §2). */
  readonly members: readonly string[]
}

const ecdsa = { name: 'ECDSA', kty: 'EC', members: ['x', 'y'] } as const
const pkcs1 = { name: 'RSASSA-PKCS1-v1_5', kty: 'RSA', members: ['n', 'e'] } as const
const pss = { ...pkcs1, name: 'RSA-PSS' } as const
const ed25519 = { name: 'Ed25519', kty: 'OKP', namedCurve: 'Ed25519', members: ['x'] } as const

/** The tutorial's. */
export const hs256: AlgorithmFacts = { algorithm: 'HS256', name: 'HMAC', hash: 'SHA-256', members: [] }

/** For a JWK without `alg`, the first that fits it counts. */
export const algorithms: readonly AlgorithmFacts[] = [
  hs256,
  // RFC 7518 §3.4: each curve with its hash.
  { ...ecdsa, algorithm: 'ES256', namedCurve: 'P-256', hash: 'SHA-256' },
  { ...ecdsa, algorithm: 'ES384', namedCurve: 'P-384', hash: 'SHA-384' },
  { ...ecdsa, algorithm: 'ES512', namedCurve: 'P-521', hash: 'SHA-512' },
  { ...pkcs1, algorithm: 'RS256', hash: 'SHA-256' },
  { ...pkcs1, algorithm: 'RS384', hash: 'SHA-384' },
  { ...pkcs1, algorithm: 'RS512', hash: 'SHA-512' },
  // RFC 7518 §3.5: the salt MUST be as long as the hash.
  { ...pss, algorithm: 'PS256', hash: 'SHA-256', saltLength: 32 },
  { ...pss, algorithm: 'PS384', hash: 'SHA-384', saltLength: 48 },
  { ...pss, algorithm: 'PS512', hash: 'SHA-512', saltLength: 64 },
  // RFC 8037 §3.1: of the curves of EdDSA only Ed25519 is supported; RFC 9864 §2.2 gives it a name of its own.
  { ...ed25519, algorithm: 'EdDSA' },
  { ...ed25519, algorithm: 'Ed25519' },
]

/** Their names, for a message. */
export function namesOf(some: readonly AlgorithmFacts[]): string {
  return some.map(({ algorithm }) => algorithm).join(', ')
}
