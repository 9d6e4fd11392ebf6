/** Makes access tokens without a login, for tests of APIs. */
import { findClient } from '../clients/find-client.ts'
import type { Context } from '../context.ts'
import type { AddedClaims } from '../domain/claims-hook.ts'
import { failOperation } from '../domain/operation-error.ts'
import { isScopeName, scopesIn } from '../domain/scope.ts'
import { createAccessToken } from '../tokens/access-token.ts'
import { accessTokenClaims } from '../tokens/token-claims.ts'

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
 * of a login: groups and roles, and those of the option `claims`. @throws OperationError `invalid` @internal
 */
export async function mint(ctx: Context, options: Required<MintOptions>): Promise<string> {
  const { sub, scope, audience, clientId } = options
  requireIdentifiers({ sub, clientId })
  const scopes = requireScopes(scope)
  const resources = requireAudiences(audience)
  const added = await addedClaims(ctx, { sub, clientId, scopes })
  const { token } = await createAccessToken(ctx, { subject: sub, clientId, scopes, resources, added })
  return token
}

const maxIdLength = 512

/** What guard accepts as `sub` and `client_id`. */
function requireIdentifiers(values: Readonly<Record<string, unknown>>): void {
  for (const [name, value] of Object.entries(values)) {
    if (typeof value !== 'string') failOperation(name, 'must be text')
    if (value.length > maxIdLength || !isPrintable(value)) {
      failOperation(name, `must be 1 to ${maxIdLength} printable characters`)
    }
  }
}

function requireScopes(scope: unknown): readonly string[] {
  if (typeof scope !== 'string') failOperation('scope', 'must be text')
  const scopes = scopesIn(scope)
  if (scopes.every(isScopeName)) return scopes
  failOperation('scope', 'must be names of ASCII characters, without quotes and backslashes')
}

function requireAudiences(audience: unknown): readonly string[] {
  const audiences: readonly unknown[] = Array.isArray(audience) ? [...audience] : [audience]
  const isText = (value: unknown) => typeof value === 'string'
  if (!audiences.every(isText)) failOperation('audience', 'must be text or a list of texts')
  if (!audiences.every(isPrintable)) failOperation('audience', 'must have printable characters')
  return audiences
}

function isPrintable(text: string): boolean {
  return text !== '' && text.isWellFormed() && !/\p{Cc}/u.test(text)
}

/** What a login of the user at the client would add, or the client's own token. */
async function addedClaims(
  ctx: Context,
  { sub, clientId, scopes }: { readonly sub: string; readonly clientId: string; readonly scopes: readonly string[] },
): Promise<AddedClaims> {
  const [client, user] = [await findClient(ctx, clientId), await ctx.store.users.findById(sub)]
  const isKnown = user !== undefined || sub === clientId
  return client && isKnown ? await accessTokenClaims(ctx, client, user, scopes) : {}
}
