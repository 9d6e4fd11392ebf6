/** `countersign keys ...`: an operator lists, rotates and reseals the keys that sign tokens. */
import { type Command, Option } from '@commander-js/extra-typings'
import { countersign } from '../config/called-as.ts'
import type { Config } from '../config/options.ts'
import { resolveOptions } from '../config/resolve-options.ts'
import { type AsymmetricAlgorithm, asymmetricAlgorithms } from '../domain/algorithm.ts'
import { OperationError, type OperationProblem } from '../domain/operation-error.ts'
import { systemClock, systemRandom } from '../environment.ts'
import { resealKeys } from '../keys/reseal.ts'
import { revokeKey } from '../keys/revoke.ts'
import type { Rotation } from '../keys/rotate.ts'
import { rotateSigningKeys } from '../keys/rotate-signing-keys.ts'
import { type KeyState, SealedKeysError, stateOf } from '../keys/stored-key.ts'
import type { Store } from '../store/open.ts'
import type { StoredKey } from '../store/signing-keys.ts'
import { CommandError } from './command-error.ts'
import { explain, type Settings } from './config.ts'
import { isDemoDatabase } from './demo-database.ts'
import { withExamples } from './help.ts'
import { type List, printList } from './terminal/list.ts'
import { print } from './terminal/print.ts'
import type { Style } from './terminal/table.ts'
import { time } from './time.ts'
import { withStore } from './with-store.ts'

export function defineKeys(keys: Command): void {
  keys.description(
    'Lists, rotates, revokes and reseals the keys that sign tokens. Servers rotate them automatically every 90 days.',
  )
  withExamples(keys, ['countersign keys list', 'countersign keys rotate'])
  defineList(keys)
  defineRotate(keys)
  defineRevoke(keys)
  defineReseal(keys)
}

function defineList(keys: Command): void {
  const command = keys
    .command('list')
    .summary('list the signing keys')
    .description(
      'Lists the signing keys. In a pipe: id, algorithm, state, since when, and until when a retired key is published, separated by tabs.',
    )
    .option('--json', 'print a JSON array')
    .action(({ json = false }) => withStore((store) => list(store, json)))
  withExamples(command, [
    'countersign keys list',
    'countersign keys list --json | jq \'.[] | select(.state == "active")\'',
  ])
}

function defineRotate(keys: Command): void {
  const command = keys
    .command('rotate')
    .summary('let the next key sign')
    .description(
      'The next key signs from now on, a new next key is published, and the former key retires. Needs the SECRET_KEY of the server.',
    )
    .option('--now', 'also when the next key was published less than ten minutes ago')
    .addOption(new Option('--algorithm <name>', 'only the keys of one algorithm').choices(asymmetricAlgorithms))
    .action(({ now = false, algorithm }) =>
      withStore((store, settings) => rotate(store, settings, { isUrgent: now, algorithm })),
    )
  withExamples(command, ['countersign keys rotate', 'countersign keys rotate --algorithm ES256 --now'])
}

function defineRevoke(keys: Command): void {
  const command = keys
    .command('revoke')
    .summary('revoke a key that has leaked')
    .description(
      'Revokes a key at once: it is no longer published, another key signs, its tokens are rejected and it is named in the revocation feed. Servers follow within a second. Needs the SECRET_KEY of the server.',
    )
    .argument('<kid>')
    .requiredOption('--reason <text>', 'why, for the list of keys')
    .action((keyId, { reason }) => withStore((store, settings) => revoke(store, settings, keyId, reason)))
  withExamples(command, [
    "countersign keys revoke NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs --reason 'in a backup that was stolen'",
    'countersign keys list --json | jq \'.[] | select(.state == "revoked")\'',
  ])
}

function defineReseal(keys: Command): void {
  const command = keys
    .command('reseal')
    .summary('change the SECRET_KEY')
    .description(
      'Seals the private keys under a new SECRET_KEY. FORMER_SECRET_KEY is the one until now. Stop all servers first.',
    )
    .action(() => withStore(reseal))
  withExamples(command, [
    'FORMER_SECRET_KEY="$OLD" SECRET_KEY="$NEW" countersign keys reseal',
    'FORMER_SECRET_KEY="$SECRET_KEY" SECRET_KEY="$(openssl rand -hex 32)" countersign keys reseal',
  ])
}

const noKeys = 'There are no keys: the first server that starts makes them.'

const table: List<StoredKey> = {
  columns: [
    { title: 'KEY ID', text: ({ keyId }) => keyId, isWhole: true },
    { title: 'ALGORITHM', text: ({ algorithm }) => algorithm },
    { title: 'STATE', text: stateOf, style: (key) => stateStyles[stateOf(key)] },
    { title: 'SINCE', text: (key) => time(stateSince(key)), isWhole: true },
    {
      title: 'PUBLISHED UNTIL',
      text: ({ expiresAt }) => (expiresAt === null ? '-' : time(expiresAt)),
      isWhole: true,
    },
  ],
  json: (key) => ({
    kid: key.keyId,
    alg: key.algorithm,
    state: stateOf(key),
    since: time(stateSince(key)),
    published_until: key.expiresAt === null ? null : time(key.expiresAt),
    reason: key.revocationReason,
  }),
  whenEmpty: noKeys,
}

const stateStyles: Readonly<Record<KeyState, Style>> = {
  active: 'green',
  next: 'cyan',
  retired: 'dim',
  revoked: 'red',
}

async function list(store: Store, isJson: boolean): Promise<void> {
  const keys = await store.signingKeys.list()
  const byAlgorithm = asymmetricAlgorithms.flatMap((algorithm) => keys.filter((key) => key.algorithm === algorithm))
  await printList(table, byAlgorithm, isJson)
}

function stateSince({ revokedAt, retiredAt, activatedAt, createdAt }: StoredKey): number {
  return revokedAt ?? retiredAt ?? activatedAt ?? createdAt
}

interface RotateFlags {
  readonly isUrgent: boolean
  readonly algorithm: AsymmetricAlgorithm | undefined
}

async function rotate(store: Store, settings: Settings, { isUrgent, algorithm }: RotateFlags): Promise<void> {
  // Without keys, nothing shows that this is the SECRET_KEY of the server, nor that it is strong.
  if ((await store.signingKeys.list()).length === 0) throw new CommandError(`${noKeys} Nothing was rotated.`)
  const config = configOf(settings, { mayBeWeak: true, demo: await isDemoDatabase(store) })
  const rotations = await rotateSigningKeys(
    { config, store, random: systemRandom, now: systemClock },
    { ...(algorithm && { algorithms: [algorithm] }), isUrgent },
  )
  for (const rotation of rotations) print(`${rotation.algorithm}: ${outcomes[rotation.outcome]}${since(rotation)}`)
  if (rotations.some(({ outcome }) => outcome === 'next_is_young')) {
    throw new CommandError(
      'The next key is younger than 10 minutes: apps may not have it yet, and would reject its tokens. Wait, or use --now.',
    )
  }
}

const outcomes: Readonly<Record<Rotation['outcome'], string>> = {
  rotated: 'the next key signs now, and a new next key is published. Running servers follow within a second.',
  already_rotated: 'another process has just rotated it',
  next_is_young: 'not rotated',
}

function since({ activatedAt }: Rotation): string {
  return activatedAt === undefined ? '' : `: the active key signs since ${time(activatedAt)}`
}

async function revoke(store: Store, settings: Settings, keyId: string, reason: string): Promise<void> {
  const config = configOf(settings, { mayBeWeak: true, demo: await isDemoDatabase(store) })
  const sealing = { secretKey: config.secretKey, random: systemRandom, now: systemClock() }
  const { algorithm, outcome, signs } = await explainKey(() => revokeKey(store, sealing, keyId, reason))
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

async function reseal(store: Store, settings: Settings): Promise<void> {
  const { formerSecretKey } = settings
  if (formerSecretKey === undefined) {
    throw new CommandError('FORMER_SECRET_KEY is missing: set it to the former SECRET_KEY.')
  }
  const { secretKey } = configOf(settings, { mayBeWeak: false, demo: await isDemoDatabase(store) })
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
function configOf(
  settings: Settings,
  { mayBeWeak, demo }: { readonly mayBeWeak: boolean; readonly demo: boolean },
): Config {
  const { secretKey } = settings.options
  if (secretKey === undefined) {
    throw new CommandError(
      'SECRET_KEY is missing: set it to the one of the server. The one of dev is in DATA_DIR/secret-key.',
    )
  }
  try {
    return resolveOptions({ ...settings.options, secretKey, unsafeWeakSecretKey: mayBeWeak, demo })
  } catch (error) {
    return explain(error, settings)
  }
}
