/** Whether the user has allowed a client what it requests (OIDC Core §3.1.2.4), and what of it is remembered. */
import type { Context } from '../context.ts'
import { scopesOfClaims } from '../domain/claims.ts'
import { type Consent, covers, thisServer } from '../domain/consent.ts'
import { mayBeImitated } from '../domain/redirect-uri.ts'
import type { Session } from '../domain/session.ts'
import type { Tables } from '../store/tables.ts'
import type { Authorization } from './authorization.ts'
import type { AuthorizationRequest } from './authorization-request.ts'
import type { AuthorizationTarget } from './authorization-target.ts'

/** The scopes that the consent page lists: those of the request, and those that its single claims belong to. */
export function scopesToConsent({ config }: Pick<Context, 'config'>, request: AuthorizationRequest): readonly string[] {
  const claims = [...request.claims.idToken, ...request.claims.userInfo]
  return [...new Set([...request.scopes, ...scopesOfClaims(config.claimsOfScope, claims)])]
}

/** Whether the client gets what it requests without a consent page. */
export async function isConsented(
  ctx: Context,
  session: Session | undefined,
  { client, redirectUri }: AuthorizationTarget,
  request: AuthorizationRequest,
): Promise<boolean> {
  if (client.isFirstParty) return true
  // RFC 8252 §8.6: what another program could request in the client's name is not granted without the user's interaction.
  if (!session || mayBeImitated(client, redirectUri)) return false
  return covers(await ctx.store.consents.find(session.userId, client.id), consentTo(ctx, request))
}

/**
 * Whether the consent that `isConsented` found is still there. Until the transaction ends, nobody can withdraw it. Consent to this
 * request alone is an interaction result, and not looked for here.
 */
export async function lockConsent(
  ctx: Context,
  tables: Pick<Tables, 'consents'>,
  { state, target: { client }, request }: Authorization,
  { userId }: Session,
): Promise<boolean> {
  if (!state.isConsented || client.isFirstParty) return true
  return covers(await tables.consents.lock(userId, client.id), consentTo(ctx, request))
}

/** Remembers the user's consent to all that the client requests. Former consent stays. In a transaction. */
export async function rememberConsent(
  ctx: Context,
  { consents }: Pick<Tables, 'consents'>,
  { target: { client }, request }: Authorization,
  { userId }: Session,
): Promise<void> {
  await consents.remember(userId, client.id, consentTo(ctx, request), Math.floor(ctx.now()))
}

/** Each scope, for each resource server. */
function consentTo(ctx: Pick<Context, 'config'>, request: AuthorizationRequest): Consent {
  const { config } = ctx
  const scopes = scopesToConsent(ctx, request)
  const resources = request.resources.length === 0 ? [config.issuer] : request.resources
  return new Map(resources.map((resource) => [resource === config.issuer ? thisServer : resource, scopes]))
}
