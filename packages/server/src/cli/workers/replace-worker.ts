/** Replaces workers by others that read the settings again. */
import { type CrewState, dropSocket, type Slot } from './crew-state.ts'
import { endWorker } from './end-workers.ts'
import { launch } from './start-worker.ts'
import type { End } from './worker-process.ts'

export interface Replacement {
  /** How many have been replaced. */
  readonly replaced: number
  /** Why the next one was not replaced; `undefined` when all were, or when the server stops. */
  readonly failure: { readonly worker: number; readonly end: End } | undefined
}

/** One after another. Stops at the first replacement that does not serve. */
export async function replaceWorkers(crew: CrewState): Promise<Replacement> {
  let replaced = 0
  for (const slot of crew.slots) {
    const failure = await replaceWorker(crew, slot)
    if (failure !== undefined) return { replaced, failure: { worker: slot.number, end: failure } }
    if (crew.isStopping) break
    replaced++
  }
  return { replaced, failure: undefined }
}

/** Returns how the replacement ended; `undefined` when it serves, or when all stop. */
async function replaceWorker(crew: CrewState, slot: Slot): Promise<End | undefined> {
  if (crew.isStopping) return undefined
  const socket = await slot.current?.takeSocket()
  if (crew.isStopping) {
    socket?.close()
    return undefined
  }
  slot.socket = socket
  const worker = launch(crew, slot)
  const outcome = await Promise.race([worker.ready.then(() => undefined), worker.ended])
  dropSocket(slot)
  if (crew.isStopping) return undefined
  if (outcome !== undefined) return outcome
  const former = slot.current
  clearTimeout(slot.pause)
  slot.current = worker
  slot.deaths = 0
  // A worker that does not serve yet has no request to finish, and may have read the former settings.
  if (former?.servedMs() === undefined) former?.kill()
  else await endWorker(crew, former, { type: 'leave', isHandedOver: socket !== undefined })
  return undefined
}
