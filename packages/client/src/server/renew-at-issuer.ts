/** Renews the tokens of a session at the issuer. A rejection for any reason ends the session; an outage does not. */
import { ClientError } from '../errors.ts'
import { refreshTokens } from '../oauth/refresh.ts'
import type { Tokens } from '../oauth/tokens.ts'
import { renewalFailure } from '../tokens/renewal-policy.ts'
import type { WebLoginConfig } from './config.ts'

/** @throws ClientError: `login_required` when the issuer rejects the renewal; after any other error it can be tried again */
export async function renewAtIssuer({ client, onError }: WebLoginConfig, tokens: Tokens): Promise<Tokens> {
  try {
    return await refreshTokens(client, tokens)
  } catch (cause) {
    if (!(cause instanceof ClientError) || renewalFailure(cause) !== 'rejected') throw cause
    onError(cause)
    throw new ClientError('login_required', 'The issuer does not renew the tokens: log in again', { cause })
  }
}
