/** Reads access tokens for revocation and introspection, where clients may send anything. */
import { TokenRejection, type VerifiedToken } from '@countersign/guard/verifier'
import type { Context } from '../context.ts'

type Verifying = Pick<Context, 'issuedVerifier'>

/** The token's contents. `undefined` when it is not an unexpired access token of this server. */
export async function readAccessToken(ctx: Verifying, token: string): Promise<VerifiedToken | undefined> {
  const read = await readOrReject(ctx, token)
  return read instanceof TokenRejection ? undefined : read
}

/** The same, or why it is none. */
export async function readOrReject(
  { issuedVerifier }: Verifying,
  token: string,
): Promise<VerifiedToken | TokenRejection> {
  try {
    return await issuedVerifier.verify(token)
  } catch (error) {
    // The verifier reports only by throwing. A failure of the verifier itself says nothing about the token.
    if (error instanceof TokenRejection && error.reason !== 'verification_failed') return error
    throw error
  }
}
