/** Changes a registered client. */
import { releasedClaims } from '../domain/claims.ts'
import { type Client, isPublic } from '../domain/client.ts'
import { metadataOf } from '../domain/client-metadata.ts'
import { ClientError } from './client-error.ts'
import { hashClientSecret, newClientSecret } from './client-secret.ts'
import { privilegeProblems } from './metadata-rules.ts'
import { membersOfClients, metadataFields } from './metadata-schema.ts'
import { type MetadataReading, parseClientMetadata, withCode } from './parse-metadata.ts'
import {
  type ClientContext,
  type ClientWithSecret,
  fail,
  failUnknown,
  lockRegistered,
  requireObject,
  storedDefaults,
} from './registered-client.ts'

/**
 * Changes the members that `changes` names, as in JSON Merge Patch (RFC 7396): `null` removes a member, and the others stay.
 * A client that becomes public loses its secrets; one that becomes confidential gets a secret. Of two changes of different members at
 * once, neither is lost.
 * @throws ClientError `invalid_client_metadata`, `invalid_redirect_uri`, `unknown_client`, `declared_client`
 */
export async function updateClient(
  ctx: ClientContext,
  id: string,
  changes: Readonly<Record<string, unknown>>,
  reading?: MetadataReading,
): Promise<ClientWithSecret> {
  return await ctx.store.transaction(async (tables) => {
    const before = await lockRegistered(ctx, tables, id)
    const client = changed(ctx, before, changes, reading)
    const now = Math.floor(ctx.now())
    if (!(await tables.clients.update(client, now))) failUnknown()
    if (!isPublic(before) || isPublic(client)) return { client, secret: undefined }
    const secret = newClientSecret(ctx.random)
    if (!(await tables.clients.rotateSecret(id, hashClientSecret(secret), now, now))) failUnknown()
    return { client, secret }
  })
}

/** @throws ClientError `invalid_client_metadata`, `invalid_redirect_uri` */
function changed(
  ctx: ClientContext,
  before: Client,
  changes: Readonly<Record<string, unknown>>,
  reading: MetadataReading | undefined,
): Client {
  requireObject('changes', changes)
  const isSent = reading?.unknownMembers === 'ignored'
  // Only what is sent is checked: the stored metadata may have privileges that an operator set.
  const given = isSent ? membersOfClients(changes) : changes
  const privileges = isSent ? privilegeProblems(given, before.grantTypes) : []
  const metadata = withStoredDefaults(ctx, { ...metadataOf(before), ...given })
  if (metadata['client_id'] !== before.id) fail('invalid_client_metadata', 'cannot change')
  // An unknown member is not removed, so that it is a problem.
  const present = Object.entries(metadata).filter(([name, value]) => value !== null || !metadataFields.includes(name))
  const { client, problems = [] } = parseClientMetadata(Object.fromEntries(present), ctx.config.scopes, {
    httpHosts: ctx.config.unsafeHttpHosts,
    claims: releasedClaims(ctx.config.claimsOfScope),
  })
  if (client === undefined || privileges.length > 0) throw new ClientError([...problems, ...privileges.map(withCode)])
  return client
}

/** A removed member gets its present default. One that an earlier version left out stays out. */
function withStoredDefaults(
  ctx: ClientContext,
  metadata: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const removed = Object.entries(storedDefaults(ctx)).filter(([name]) => metadata[name] === null)
  return { ...metadata, ...Object.fromEntries(removed) }
}
