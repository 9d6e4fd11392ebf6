/** Makes access tokens without a login, for tests of APIs. */
import type { Context } from '../context.ts'
import { createAccessToken } from '../tokens/access-token.ts'

export interface MintOptions {
  /** The user's id, or a client id. @default the first user of the kit */
  readonly sub?: string
  /** With spaces between scopes. @default the deployment's own scopes */
  readonly scope?: string
  /** @default the issuer: Countersign's own API */
  readonly audience?: string | readonly string[]
  /** @default the first client of the kit */
  readonly clientId?: string
}

/** The signature is real: a guard finds the key at the issuer. The user need not exist, nor the client. @internal */
export async function mint(ctx: Context, options: Required<MintOptions>): Promise<string> {
  const { sub, scope, audience, clientId } = options
  const { token } = await createAccessToken(ctx, {
    subject: sub,
    clientId,
    scopes: scope.split(' ').filter((name) => name !== ''),
    resources: typeof audience === 'string' ? [audience] : audience,
  })
  return token
}
