/** Changes a registered client. */
import { isPublic } from '../domain/client.ts'
import { metadataOf } from '../domain/client-metadata.ts'
import { ClientError } from './client-error.ts'
import { hashClientSecret, newClientSecret } from './client-secret.ts'
import { type MetadataReading, parseClientMetadata } from './parse-metadata.ts'
import { type ClientContext, type ClientWithSecret, fail, requireRegistered } from './registered-client.ts'

/**
 * Changes the members that `changes` names, as in JSON Merge Patch (RFC 7396): `null` removes a member, and the others stay.
 * A client that becomes public loses its secrets; one that becomes confidential gets a secret.
 * @throws ClientError `invalid_client_metadata`, `invalid_redirect_uri`, `unknown_client`, `declared_client`
 */
export async function updateClient(
  ctx: ClientContext,
  id: string,
  changes: Readonly<Record<string, unknown>>,
  reading?: MetadataReading,
): Promise<ClientWithSecret> {
  const before = await requireRegistered(ctx, id)
  const metadata = { ...metadataOf(before), ...changes }
  if (metadata.client_id !== id) fail('invalid_client_metadata', 'cannot change')
  const present = Object.fromEntries(Object.entries(metadata).filter(([, value]) => value !== null))
  const { client, problems } = parseClientMetadata(present, ctx.config.scopes, reading)
  if (problems) throw new ClientError(problems)
  const now = Math.floor(ctx.now())
  if (!(await ctx.store.clients.update(client, now))) fail('unknown_client', 'is not the id of a registered client')
  if (!isPublic(before) || isPublic(client)) return { client, secret: undefined }
  const secret = newClientSecret(ctx.random)
  await ctx.store.clients.rotateSecret(id, hashClientSecret(secret), now, now)
  return { client, secret }
}
