/** Makes the revocation feed's JWT, which resource servers verify with the published keys (docs/decisions/0024). */
import type { RevocationList } from '../domain/revocation-list.ts'
import { type SigningKey, sign } from '../keys/sign.ts'

/** `issuedAt`, in seconds since the epoch, is when the list was read. */
export function createRevocationFeed(
  key: SigningKey,
  issuer: string,
  issuedAt: number,
  list: RevocationList,
): Promise<string> {
  // RFC 8725 §3.11: its own typ distinguishes it from all other JWTs.
  return sign(key, 'revocations+jwt', { iss: issuer, iat: issuedAt, ...list })
}
