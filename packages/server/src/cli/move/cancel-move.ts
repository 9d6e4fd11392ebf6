/** `countersign move --cancel`. */
import { cancelMove } from '../../store/move/cancel.ts'
import { print, printJson } from '../terminal/print.ts'
import { sourceUrl } from './database-urls.ts'

export async function cancel(from: string | undefined, isJson: boolean): Promise<void> {
  const target = await cancelMove(await sourceUrl(from))
  if (isJson) printJson({ cancelled: true, to: target })
  else print(`Cancelled. The servers go on with this database. ${target} has only a part of the data: remove it.`)
}
