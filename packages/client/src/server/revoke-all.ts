/** Has the issuer revoke all tokens of a session that has ended (RFC 7009). */
import { ClientError } from '../errors.ts'
import { revokeTokens } from '../oauth/revoke.ts'
import type { Tokens } from '../oauth/tokens.ts'
import type { WebLoginConfig } from './config.ts'

/** A failure is only reported: the session here has ended in any case. */
export async function revokeAll({ client, onError }: WebLoginConfig, all: readonly Tokens[]): Promise<void> {
  for (const tokens of all) {
    try {
      if ((await client.metadata()).endpoints.get('revocation')) await revokeTokens(client, tokens)
    } catch (error) {
      if (!(error instanceof ClientError)) throw error
      onError(error)
    }
  }
}
