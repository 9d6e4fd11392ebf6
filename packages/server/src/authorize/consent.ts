/** Whether a user has allowed a client what it asks for: what they are asked, and what of their yes is remembered. */
import type { Context } from '../context.ts'
import { scopesOfClaims } from '../domain/claims.ts'
import { type Consent, covers, thisServer } from '../domain/consent.ts'
import type { Situation } from '../domain/next-step.ts'
import { mayBeImitated } from '../domain/redirect-uri.ts'
import type { Session } from '../domain/session.ts'
import type { Tables } from '../store/open.ts'
import type { AuthorizationRequest } from './authorization-request.ts'
import type { AuthorizationTarget } from './authorization-target.ts'

/** The scopes that a person is asked about: those of the request and those that its single claims belong to. */
export function scopesToConsent(request: AuthorizationRequest): readonly string[] {
  const claims = [...request.claims.idToken, ...request.claims.userInfo]
  return [...new Set([...request.scopes, ...scopesOfClaims(claims)])]
}

/** Whether the client may have what it asks for without the user being asked. */
export async function isConsented(
  ctx: Context,
  session: Session | undefined,
  { client, redirectUri }: AuthorizationTarget,
  request: AuthorizationRequest,
): Promise<boolean> {
  if (client.isFirstParty) return true
  // RFC 8252 §8.6: what another program could ask for in the client's name is not granted without the user's interaction.
  if (!session || mayBeImitated(client, redirectUri)) return false
  return covers(await ctx.store.consents.find(session.userId, client.id), consentTo(ctx, request))
}

/**
 * Whether what `isConsented` found remembered still stands; within a transaction nobody can take it back until that has ended.
 * What the user allowed for this request alone was their answer, and is not remembered.
 */
export async function holdConsent(
  ctx: Context,
  tables: Pick<Tables, 'consents'>,
  situation: Situation,
  { userId }: Session,
  { client }: AuthorizationTarget,
  request: AuthorizationRequest,
): Promise<boolean> {
  if (!situation.isConsented || client.isFirstParty) return true
  return covers(await tables.consents.hold(userId, client.id), consentTo(ctx, request))
}

/** Remembers a person's yes to all that `request` asks for. What was allowed before stays allowed. */
export async function rememberConsent(
  ctx: Context,
  { userId }: Session,
  { client }: AuthorizationTarget,
  request: AuthorizationRequest,
): Promise<void> {
  const now = Math.floor(ctx.now())
  await ctx.store.transaction(({ consents }) => consents.remember(userId, client.id, consentTo(ctx, request), now))
}

/** Each scope for each resource server. */
function consentTo({ config }: Pick<Context, 'config'>, request: AuthorizationRequest): Consent {
  const scopes = scopesToConsent(request)
  const resources = request.resources.length === 0 ? [config.issuer] : request.resources
  return new Map(resources.map((resource) => [resource === config.issuer ? thisServer : resource, scopes]))
}
