/** What signs tokens that others verify with a public key (RFC 7518 §3.1, RFC 8037 §3.1). */

export type AsymmetricAlgorithm = 'ES256' | 'RS256' | 'EdDSA'

export const asymmetricAlgorithms: readonly AsymmetricAlgorithm[] = ['ES256', 'RS256', 'EdDSA']
