/** `countersign keys rotate`. */
import { countersign } from '../../config/called-as.ts'
import type { AsymmetricAlgorithm } from '../../domain/algorithm.ts'
import { systemRandom } from '../../environment.ts'
import type { Rotation } from '../../keys/rotate.ts'
import { rotateSigningKeys } from '../../keys/rotate-signing-keys.ts'
import { CommandError } from '../command-error.ts'
import { print } from '../terminal/print.ts'
import { time } from '../time.ts'
import { withStore } from '../with-store.ts'
import { noKeys } from './list.ts'
import { serverConfig } from './server-config.ts'

export interface RotateFlags {
  readonly isUrgent: boolean
  readonly algorithm: AsymmetricAlgorithm | undefined
}

export async function rotate({ isUrgent, algorithm }: RotateFlags): Promise<void> {
  const rotations = await withStore(async (store, settings) => {
    // Without keys, nothing shows that this is the SECRET_KEY of the server, nor that it is strong.
    if ((await store.signingKeys.list()).length === 0) throw new CommandError(`${noKeys} Nothing was rotated.`)
    const config = await serverConfig(store, settings, { mayBeWeak: true })
    return await rotateSigningKeys(
      { config, store, random: systemRandom, now: store.clock.now },
      { ...(algorithm && { algorithms: [algorithm] }), isUrgent },
    )
  })
  for (const rotation of rotations) print(`${rotation.algorithm}: ${outcomes[rotation.outcome]}${since(rotation)}`)
  if (rotations.some(({ outcome }) => outcome === 'next_is_young')) {
    throw new CommandError(isUrgent ? tooYoungForNow : tooYoung)
  }
}

const tooYoung =
  'The next key is younger than 10 minutes: apps may not have it yet, and would reject its tokens. Wait, or use --now.'
const tooYoungForNow = `The next key is younger than 35 seconds: apps that have just fetched the keys would reject its tokens. Wait half a minute. If the key that signs has leaked, revoke it: ${countersign} keys revoke`

const outcomes: Readonly<Record<Rotation['outcome'], string>> = {
  rotated: 'the next key signs now, and a new next key is published. Running servers follow within a second.',
  already_rotated: 'another process has just rotated it',
  next_is_young: 'not rotated',
}

function since({ activatedAt }: Rotation): string {
  return activatedAt === undefined ? '' : `: the active key signs since ${time(activatedAt)}`
}
