/** Makes access tokens without a login, for tests of APIs. */
import { findClient } from '../clients/find-client.ts'
import type { Context } from '../context.ts'
import type { AddedClaims } from '../domain/claims-hook.ts'
import { identifierProblem } from '../domain/identifier.ts'
import { failOperation } from '../domain/operation-error.ts'
import { claimsFromHook } from '../hooks/claims.ts'
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

/**
 * The signature is real: a guard finds the key at the issuer. The user need not exist, nor the client. When both do, the token has the claims
 * of the option `claims`. @throws OperationError `invalid` @internal
 */
export async function mint(ctx: Context, options: Required<MintOptions>): Promise<string> {
  const { sub, scope, audience, clientId } = options
  requireTexts({ sub, scope, clientId })
  const resources = typeof audience === 'string' ? [audience] : audience
  if (!Array.isArray(resources) || resources.some((one) => typeof one !== 'string')) {
    failOperation('audience', 'must be text or a list of texts')
  }
  const scopes = scope.split(' ').filter((name) => name !== '')
  const added = await addedClaims(ctx, { sub, clientId, scopes })
  const { token } = await createAccessToken(ctx, { subject: sub, clientId, scopes, resources, added })
  return token
}

function requireTexts(values: Readonly<Record<string, unknown>>): void {
  for (const [name, value] of Object.entries(values)) {
    const problem = identifierProblem(value)
    if (problem !== undefined) failOperation(name, problem)
  }
}

/** What a login of the user at the client would add, or the client's own token. */
async function addedClaims(
  ctx: Context,
  { sub, clientId, scopes }: { readonly sub: string; readonly clientId: string; readonly scopes: readonly string[] },
): Promise<AddedClaims> {
  const [client, user] = [await findClient(ctx, clientId), await ctx.store.users.findById(sub)]
  const isKnown = user !== undefined || sub === clientId
  return client && isKnown ? await claimsFromHook(ctx, { user, client, scopes, token: 'access' }) : {}
}
