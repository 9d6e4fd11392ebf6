/** Disables and enables a registered client, and removes it. */
import { type ClientContext, failUnknown, requireRegistered } from './registered-client.ts'

/** A disabled client gets no tokens, and its tokens are not active. @throws ClientError `unknown_client`, `declared_client` */
export function disableClient(ctx: ClientContext, id: string): Promise<void> {
  return change(ctx, id, (now) => ctx.store.clients.setDisabled(id, true, now))
}

/** @throws ClientError `unknown_client`, `declared_client` */
export function enableClient(ctx: ClientContext, id: string): Promise<void> {
  return change(ctx, id, (now) => ctx.store.clients.setDisabled(id, false, now))
}

/** Removes the client with all that users granted it. @throws ClientError `unknown_client`, `declared_client` */
export function removeClient(ctx: ClientContext, id: string): Promise<void> {
  return change(ctx, id, (now) => ctx.store.clients.remove(id, now))
}

async function change(ctx: ClientContext, id: string, perform: (now: number) => Promise<boolean>): Promise<void> {
  await requireRegistered(ctx, id)
  if (!(await perform(Math.floor(ctx.now())))) failUnknown()
}
