/** Disables and enables a registered client, and removes it. */
import { removeGrants } from '../token-status/remove-grants.ts'
import { type ClientContext, failUnknown, requireRegistered } from './registered-client.ts'

/** A disabled client gets no tokens, and its tokens are not active. @throws ClientError `unknown_client`, `declared_client` */
export function disableClient(ctx: ClientContext, id: string): Promise<void> {
  return change(ctx, id, (now) => ctx.store.clients.setDisabled(id, true, now))
}

/** @throws ClientError `unknown_client`, `declared_client` */
export function enableClient(ctx: ClientContext, id: string): Promise<void> {
  return change(ctx, id, (now) => ctx.store.clients.setDisabled(id, false, now))
}

/**
 * Removes the client with all that users granted it. Its tokens are rejected at once; a removal that is interrupted leaves a disabled client.
 * @throws ClientError `unknown_client`, `declared_client`
 */
export async function removeClient(ctx: ClientContext, id: string): Promise<void> {
  // From here on there are no new grants and tokens.
  await disableClient(ctx, id)
  await removeGrants(ctx.store, (max) => ctx.store.grants.idsOfClient(id, max))
  await change(ctx, id, (now) => ctx.store.clients.remove(id, now))
}

async function change(ctx: ClientContext, id: string, perform: (now: number) => Promise<boolean>): Promise<void> {
  await requireRegistered(ctx, id)
  if (!(await perform(Math.floor(ctx.now())))) failUnknown()
}
