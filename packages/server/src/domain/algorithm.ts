/** Algorithms that sign with a private key and verify with a public one (RFC 7518 §3.1, RFC 8037 §3.1). */

export type AsymmetricAlgorithm = 'ES256' | 'RS256' | 'EdDSA'

export const asymmetricAlgorithms: readonly AsymmetricAlgorithm[] = ['ES256', 'RS256', 'EdDSA']
