/** `countersign keys ...`: the definitions of its commands. What each one does is loaded when it runs. */
import { type Command, Option } from '@commander-js/extra-typings'
import { asymmetricAlgorithms } from '../../domain/algorithm.ts'
import { withExamples } from '../help.ts'

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
    .action(async ({ json = false }) => (await import('./list.ts')).list(json))
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
    .action(async ({ now = false, algorithm }) => (await import('./rotate.ts')).rotate({ isUrgent: now, algorithm }))
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
    .action(async (keyId, { reason }) => (await import('./revoke.ts')).revoke(keyId, reason))
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
    .action(async () => (await import('./reseal.ts')).reseal())
  withExamples(command, [
    'FORMER_SECRET_KEY="$OLD" SECRET_KEY="$NEW" countersign keys reseal',
    'FORMER_SECRET_KEY="$SECRET_KEY" SECRET_KEY="$(openssl rand -hex 32)" countersign keys reseal',
  ])
}
