/** Algorithms that sign with a private key and verify with a public one (RFC 7518 §3.1, RFC 8037 §3.1). */

export type AsymmetricAlgorithm = 'ES256' | 'RS256' | 'EdDSA'

export const asymmetricAlgorithms: readonly AsymmetricAlgorithm[] = ['ES256', 'RS256', 'EdDSA']

/** OpenID Connect Registration §2: the default of `id_token_signed_response_alg`. Every library knows it. */
export const standardIdTokenAlgorithm: AsymmetricAlgorithm = 'RS256'

/** What signs for those who do not know the shared secret, in a deployment whose access tokens have this algorithm. */
export function publicAlgorithm(algorithm: 'HS256' | AsymmetricAlgorithm): AsymmetricAlgorithm {
  return algorithm === 'HS256' ? 'ES256' : algorithm
}
