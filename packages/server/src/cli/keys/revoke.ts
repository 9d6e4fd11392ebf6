/** `countersign keys revoke`. */
import { countersign } from '../../config/called-as.ts'
import { OperationError, type OperationProblem } from '../../domain/operation-error.ts'
import { systemRandom } from '../../environment.ts'
import { revokeKey } from '../../keys/revoke.ts'
import { CommandError } from '../command-error.ts'
import { print } from '../terminal/print.ts'
import { withStore } from '../with-store.ts'
import { serverConfig } from './server-config.ts'

export async function revoke(keyId: string, reason: string): Promise<void> {
  const { algorithm, outcome, signs } = await withStore(async (store, settings) => {
    const { secretKey } = await serverConfig(store, settings, { mayBeWeak: true })
    const sealing = { secretKey, random: systemRandom, now: store.clock.now() }
    return await explainKey(() => revokeKey(store, sealing, keyId, reason))
  })
  if (outcome === 'already_revoked') throw new CommandError('The key was revoked before. Nothing was changed.')
  print(`Revoked ${keyId}. The ${algorithm} key that signs is ${signs}. Running servers follow within a second.`)
}

async function explainKey<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof OperationError)) throw error
    throw new CommandError(error.problems.map(sentence).join('\n'))
  }
}

function sentence({ code, field, message }: OperationProblem): string {
  return code === 'unknown_key'
    ? `There is no key with this id. See: ${countersign} keys list`
    : `The ${field} ${message}.`
}
