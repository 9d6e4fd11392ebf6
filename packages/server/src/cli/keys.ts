/** `countersign keys ...`: an operator lists, rotates and reseals the keys that sign tokens. */
import { parseArgs } from 'node:util'
import type { Config } from '../config/options.ts'
import { resolveOptions } from '../config/resolve-options.ts'
import { type AsymmetricAlgorithm, asymmetricAlgorithms } from '../domain/algorithm.ts'
import { systemClock, systemRandom } from '../environment.ts'
import { resealKeys } from '../keys/reseal.ts'
import { type Rotation, rotateKeys } from '../keys/rotate.ts'
import { SealedKeysError, stateOf } from '../keys/stored-key.ts'
import type { Store } from '../store/open.ts'
import type { StoredKey } from '../store/signing-keys.ts'
import { maxTokenLifetime } from '../tokens/lifetime.ts'
import { CommandError } from './command-error.ts'
import { explain, type Settings } from './config.ts'
import { print } from './print.ts'
import { runAction } from './sub-command.ts'
import { time } from './time.ts'

const usage = `countersign keys list
countersign keys rotate [--now] [--algorithm ${asymmetricAlgorithms.join('|')}]
countersign keys reseal           from FORMER_SECRET_KEY to SECRET_KEY, while no server runs`

type Action = (store: Store, settings: Settings, args: readonly string[]) => Promise<void>

const actions: Readonly<Record<string, Action>> = { list, rotate, reseal }

export function keys(args: readonly string[]): Promise<void> {
  return runAction(actions, usage, args, (action, store, rest, settings) => action(store, settings, rest))
}

async function list(store: Store, _settings: Settings, args: readonly string[]): Promise<void> {
  parseArgs({ args: [...args], options: {} })
  const keys = await store.signingKeys.list()
  for (const algorithm of asymmetricAlgorithms) {
    for (const key of keys) if (key.algorithm === algorithm) print(describe(key))
  }
}

function describe(key: StoredKey): string {
  const since = key.retiredAt ?? key.activatedAt ?? key.createdAt
  const publishedUntil = key.expiresAt === null ? '-' : time(key.expiresAt)
  return [key.keyId, key.algorithm, stateOf(key), time(since), publishedUntil].join('\t')
}

async function rotate(store: Store, settings: Settings, args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: { now: { type: 'boolean', default: false }, algorithm: { type: 'string' } },
  })
  const algorithms = chosen(values.algorithm)
  const config = configOf(settings, { mayBeWeak: true })
  const rotations = await rotateKeys(store, {
    secretKey: config.secretKey,
    random: systemRandom,
    now: systemClock(),
    lifetime: maxTokenLifetime(config),
    isDue: (key) => algorithms.includes(key.algorithm),
    isUrgent: values.now,
  })
  for (const rotation of rotations) print(`${rotation.algorithm}: ${outcomes[rotation.outcome]}${since(rotation)}`)
  if (rotations.some(({ outcome }) => outcome === 'next_is_young')) {
    throw new CommandError(
      'The next key is younger than 10 minutes: apps may not have it yet, and would reject its tokens. Wait, or use --now.',
    )
  }
}

const outcomes: Readonly<Record<Rotation['outcome'], string>> = {
  rotated: 'the next key signs now, and a new next key is published. Running servers follow within a minute.',
  already_rotated: 'another process has just rotated it',
  next_is_young: 'not rotated',
}

function since({ activatedAt }: Rotation): string {
  return activatedAt === undefined ? '' : `: the active key signs since ${time(activatedAt)}`
}

async function reseal(store: Store, settings: Settings, args: readonly string[]): Promise<void> {
  parseArgs({ args: [...args], options: {} })
  const { formerSecretKey } = settings
  if (formerSecretKey === undefined) {
    throw new CommandError('FORMER_SECRET_KEY is missing: set it to the former SECRET_KEY.')
  }
  const { secretKey } = configOf(settings, { mayBeWeak: false })
  try {
    await resealKeys(store, { formerSecretKey, secretKey, random: systemRandom })
  } catch (error) {
    if (!(error instanceof SealedKeysError)) throw error
    throw new CommandError(
      'FORMER_SECRET_KEY does not open the keys: it is not the former SECRET_KEY. Nothing was changed.',
    )
  }
  print('The keys are sealed under the new SECRET_KEY.')
}

/** `mayBeWeak`: the server has already accepted the SECRET_KEY that opens the keys. */
function configOf(settings: Settings, { mayBeWeak }: { readonly mayBeWeak: boolean }): Config {
  const { secretKey } = settings.options
  if (secretKey === undefined) {
    throw new CommandError(
      'SECRET_KEY is missing: set it to the one of the server. The one of dev is in DATA_DIR/secret-key.',
    )
  }
  try {
    return resolveOptions({ ...settings.options, secretKey, unsafeWeakSecretKey: mayBeWeak })
  } catch (error) {
    return explain(error, settings)
  }
}

function chosen(name: string | undefined): readonly AsymmetricAlgorithm[] {
  const algorithms = asymmetricAlgorithms.filter((algorithm) => name === undefined || algorithm === name)
  if (algorithms.length === 0) throw new CommandError(`--algorithm must be one of ${asymmetricAlgorithms.join(', ')}`)
  return algorithms
}
