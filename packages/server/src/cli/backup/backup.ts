/** `countersign backup ...`: the definitions of its commands. What each one does is loaded when it runs. */
import type { Command } from '@commander-js/extra-typings'
import { append } from '../append.ts'
import { withExamples } from '../help.ts'

export function defineBackup(backup: Command): void {
  backup.description(
    'Makes and checks backups: one file with users, groups, roles, clients, signing keys and incidents, from SQLite or PostgreSQL and for both. Servers go on running. To restore one: countersign restore',
  )
  withExamples(backup, ['countersign backup create countersign.backup', 'countersign backup verify countersign.backup'])
  defineCreate(backup)
  defineVerify(backup)
  defineNewKey(backup)
}

function defineCreate(backup: Command): void {
  const command = backup
    .command('create')
    .summary('write a backup into a new file')
    .description(
      'Writes the backup, reads it again, and gives it its name when it is whole. Its file is readable by its owner alone. It has no sessions, grants and tokens, and no SECRET_KEY.',
    )
    .argument('<file>')
    .option('--recipient <key>', 'encrypt it to this public key, age1...; can be repeated', append)
    .option('--force', 'replace a file that exists')
    .option('--json', 'print a JSON object')
    .action(async (file, { recipient = [], force = false, json = false }) =>
      (await import('./create.ts')).create(file, { recipients: recipient, replaces: force, isJson: json }),
    )
  withExamples(command, [
    'countersign backup create countersign.backup',
    'countersign backup create countersign.backup --recipient age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj',
  ])
}

function defineVerify(backup: Command): void {
  const command = backup
    .command('verify')
    .summary('check that a backup is whole')
    .description(
      'Reads the backup to its end and compares its checksum. When SECRET_KEY is set, also checks that it opens the signing keys of the backup. Needs no database.',
    )
    .argument('<file>')
    .option('--identity <file>', 'the file with the key of an encrypted backup')
    .option('--json', 'print a JSON object')
    .action(async (file, { identity, json = false }) =>
      (await import('./verify.ts')).verify(file, { identityFile: identity, isJson: json }),
    )
  withExamples(command, [
    'countersign backup verify countersign.backup',
    'countersign backup verify countersign.backup --identity backup-key.txt',
  ])
}

function defineNewKey(backup: Command): void {
  const command = backup
    .command('new-key')
    .summary('make the key of encrypted backups')
    .description(
      'Writes a new key into a new file, and prints the public key for --recipient. Keep the file elsewhere: only a restore needs it. It is one of age, as age-keygen makes it.',
    )
    .argument('<file>')
    .action(async (file) => (await import('./new-key.ts')).newKey(file))
  withExamples(command, [
    'countersign backup new-key backup-key.txt',
    'countersign backup new-key /mnt/usb/backup-key.txt',
  ])
}
