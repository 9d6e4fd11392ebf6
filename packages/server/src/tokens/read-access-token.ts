/** Reads access tokens that a client asks about, which may be anything at all. */
import { TokenRejection, type VerifiedToken } from '@countersign/guard/verifier'
import type { Context } from '../context.ts'

/** What the token says. `undefined` when it is no access token of ours that is still in its time. */
export async function readAccessToken(
  { issuedVerifier }: Pick<Context, 'issuedVerifier'>,
  token: string,
): Promise<VerifiedToken | undefined> {
  try {
    return await issuedVerifier.verify(token)
  } catch (error) {
    // The verifier has no form that tells without throwing. What is not the token's fault says nothing about the token.
    if (error instanceof TokenRejection && error.reason !== 'verification_failed') return undefined
    throw error
  }
}
