/** Asks the issuer for the next tokens of a session, and tells an outage from a refusal. */
import { ClientError } from '../errors.ts'
import { refreshTokens } from '../oauth/refresh.ts'
import type { Tokens } from '../oauth/tokens.ts'
import { renewalFailure } from '../tokens/renewal-policy.ts'
import type { WebLoginConfig } from './config.ts'

/** @throws ClientError: `login_required` when the issuer refuses, for whatever reason; any other error is one to try again after */
export async function renewAtIssuer({ client, onError }: WebLoginConfig, tokens: Tokens): Promise<Tokens> {
  try {
    return await refreshTokens(client, tokens)
  } catch (cause) {
    if (!(cause instanceof ClientError) || renewalFailure(cause) !== 'rejected') throw cause
    onError(cause)
    throw new ClientError('login_required', 'The issuer does not renew the tokens: log in again', { cause })
  }
}
