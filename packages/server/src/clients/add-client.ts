/** Registers a client. */
import { releasedClaims } from '../domain/claims.ts'
import { isPublic } from '../domain/client.ts'
import { isConflict } from '../store/errors.ts'
import { ClientError } from './client-error.ts'
import { hashClientSecret, newClientSecret } from './client-secret.ts'
import { type MetadataReading, parseClientMetadata } from './parse-metadata.ts'
import {
  type ClientContext,
  type ClientWithSecret,
  fail,
  rejectDeclared,
  requireObject,
  storedDefaults,
} from './registered-client.ts'

/**
 * Without a `client_id`, the client gets a random UUID. Where a client sends the metadata, it always does (RFC 7591 §3.2.1). A
 * confidential client gets a secret.
 * @throws ClientError `invalid_client_metadata`, `invalid_redirect_uri`, `client_exists`, `declared_client`
 */
export async function addClient(
  ctx: ClientContext,
  metadata: object,
  reading?: MetadataReading,
): Promise<ClientWithSecret> {
  requireObject('metadata', metadata)
  const id = ctx.random.id()
  const isSent = reading?.unknownMembers === 'ignored'
  const complete = { ...storedDefaults(ctx), ...metadata }
  const identified = isSent ? { ...complete, client_id: id } : { client_id: id, ...complete }
  const { client, problems } = parseClientMetadata(identified, ctx.config.scopes, {
    ...reading,
    httpHosts: ctx.config.unsafeHttpHosts,
    claims: releasedClaims(ctx.config.claimsOfScope),
  })
  if (problems) throw new ClientError(problems)
  rejectDeclared(ctx, client.id)
  const secret = isPublic(client) ? undefined : newClientSecret(ctx.random)
  const hash = secret === undefined ? undefined : hashClientSecret(secret)
  try {
    await ctx.store.clients.insert(client, hash, Math.floor(ctx.now()))
  } catch (error) {
    if (isConflict(error)) fail('client_exists', 'is the id of another client')
    throw error
  }
  return { client, secret }
}
