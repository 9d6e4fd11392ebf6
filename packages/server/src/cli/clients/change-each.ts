/** `countersign clients disable`, `enable` and `delete`: one change of several clients. */
import { disableClient, enableClient, removeClient } from '../../clients/disable-client.ts'
import { type ClientContext, requireRegistered } from '../../clients/registered-client.ts'
import { changeAll } from '../change-all.ts'
import { confirmDeletion } from '../terminal/confirm.ts'
import { explainClient, withClients } from './with-clients.ts'

export function disable(ids: readonly string[]): Promise<void> {
  return changeEach(ids, 'Disabled', disableClient)
}

export function enable(ids: readonly string[]): Promise<void> {
  return changeEach(ids, 'Enabled', enableClient)
}

export function remove(ids: readonly string[], isConfirmed: boolean): Promise<void> {
  return changeEach(ids, 'Deleted', removeClient, (unique) => confirmDeletion('client', unique, isConfirmed))
}

/** Changes all of the clients, or none when one of the ids is wrong or `confirm` throws. */
function changeEach(
  named: readonly string[],
  done: string,
  change: (ctx: ClientContext, id: string) => Promise<void>,
  confirm: (ids: readonly string[]) => Promise<void> = async () => {},
): Promise<void> {
  return withClients(async (ctx) => {
    const ids = new Set(named)
    for (const id of ids) await explainClient(ctx, id, () => requireRegistered(ctx, id))
    await confirm([...ids])
    await changeAll(
      ids,
      (id) => explainClient(ctx, id, () => change(ctx, id)),
      (id) => `${done} ${id}.`,
    )
  })
}
