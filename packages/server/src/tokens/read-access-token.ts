/** Reads access tokens for revocation and introspection, where clients may send anything. */
import { TokenRejection, type VerifiedToken } from '@countersign/guard/verifier'
import type { Context } from '../context.ts'

/** The token's contents. `undefined` when it is not an unexpired access token of this server. */
export async function readAccessToken(
  { issuedVerifier }: Pick<Context, 'issuedVerifier'>,
  token: string,
): Promise<VerifiedToken | undefined> {
  try {
    return await issuedVerifier.verify(token)
  } catch (error) {
    // The verifier reports only by throwing. A failure of the verifier itself says nothing about the token.
    if (error instanceof TokenRejection && error.reason !== 'verification_failed') return undefined
    throw error
  }
}
