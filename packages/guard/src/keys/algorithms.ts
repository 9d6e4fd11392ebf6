/** The signature algorithms that a verifier knows (RFC 7518 §3.1, RFC 8037 §3.1, RFC 9864 §2.2), each with the keys that fit it. */

/** By their JOSE names. `HS256` is the tutorial's; the others are for keys of which only the public half is here. */
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

/** What an algorithm is to Web Crypto. */
export interface AlgorithmFacts {
  /** The name of the algorithm of its keys. */
  readonly name: 'HMAC' | 'ECDSA' | 'RSASSA-PKCS1-v1_5' | 'RSA-PSS' | 'Ed25519'
  /** The hash: of HMAC and RSA it is the key's, of ECDSA the signature's. */
  readonly hash?: 'SHA-256' | 'SHA-384' | 'SHA-512'
  readonly namedCurve?: 'P-256' | 'P-384' | 'P-521'
  /** Of RSA-PSS, in bytes. */
  readonly saltLength?: number
}

// A Map, so that no text ("__proto__") finds what was not put in.
export const algorithms: ReadonlyMap<string, AlgorithmFacts> = new Map<Algorithm, AlgorithmFacts>([
  ['HS256', { name: 'HMAC', hash: 'SHA-256' }],
  // RFC 7518 §3.4: each curve with its hash.
  ['ES256', { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }],
  ['ES384', { name: 'ECDSA', namedCurve: 'P-384', hash: 'SHA-384' }],
  ['ES512', { name: 'ECDSA', namedCurve: 'P-521', hash: 'SHA-512' }],
  ['RS256', { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' }],
  ['RS384', { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-384' }],
  ['RS512', { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-512' }],
  // RFC 7518 §3.5: the salt MUST be as long as the hash.
  ['PS256', { name: 'RSA-PSS', hash: 'SHA-256', saltLength: 32 }],
  ['PS384', { name: 'RSA-PSS', hash: 'SHA-384', saltLength: 48 }],
  ['PS512', { name: 'RSA-PSS', hash: 'SHA-512', saltLength: 64 }],
  // RFC 8037 §3.1: of the curves of EdDSA only Ed25519 is served; RFC 9864 §2.2 names it.
  ['EdDSA', { name: 'Ed25519' }],
  ['Ed25519', { name: 'Ed25519' }],
])
