/**
 * What the command shows at a terminal: 80 and 120 columns wide, with and without colours. The pictures are in `pictures/`, where `␛`
 * stands for the escape character. To renew them: npm test -- --test-update-snapshots test/processes/pictures.test.ts
 */

import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { type Environment, runCommand, temporaryFolder } from '../support/process.ts'
import { hasTerminal, runAtTerminal } from '../support/terminal.ts'
import { addGrantAndIncident, addKeys, requestId } from './support/operator-data.ts'

const hash = '$pbkdf2-sha256$29000$AAECAwQFBgcICQoLDA0ODw$oQniwjLkYbajNGr0RGSng8udgXKplgpN15LZNV56KTQ'
const users = [
  {
    id: '0976c647-0156-4c8c-b4c2-0b4f419fe299',
    username: 'johndoe',
    email: 'johndoe@example.com',
    full_name: 'John Doe',
    disabled: true,
  },
  {
    id: '42',
    username: 'tim',
    email: 'tim@gmail.com',
    email_verified: true,
    locale: 'en-GB',
    zoneinfo: 'Europe/London',
  },
  { id: 'a', username: '山田太郎', email: 'taro.yamada@a-very-long-subdomain.of-a-company.example.co.jp' },
]

const pictures: readonly (readonly [name: string, args: readonly string[]])[] = [
  ['help', ['--help']],
  ['help-of-a-group', ['users', '--help']],
  ['help-of-a-command', ['clients', 'update', '--help']],
  ['mistake', ['users', 'lits']],
  ['users-list', ['users', 'list']],
  ['users-show', ['users', 'show', 'tim']],
  ['clients-list', ['clients', 'list']],
  ['clients-show', ['clients', 'show', 'shop']],
  ['grants-list', ['grants', 'list', 'johndoe']],
]

/** Shown once, 80 columns wide and with colours. */
const small: typeof pictures = [
  ['grants-list-empty', ['grants', 'list', 'tim']],
  ['keys-list', ['keys', 'list']],
  ['incidents', ['incidents']],
  ['why', ['why', requestId]],
  ['help-of-users-import', ['users', 'import', '--help']],
]

/** These have no colours. */
const plain = ['mistake']

async function prepare(t: TestContext): Promise<Environment> {
  const folder = temporaryFolder(t)
  const environment = { DATA_DIR: folder }
  const file = join(folder, 'users.json')
  writeFileSync(file, JSON.stringify(users.map((user) => ({ ...user, hashed_password: hash }))))
  const redirect = ['--redirect-uri', 'https://shop.example.com/callback']
  for (const args of [
    ['migrate'],
    ['users', 'import', file],
    ['clients', 'add', 'shop', '--public', '--client-name', 'The Shop', ...redirect],
    ['clients', 'add', 'billing', '--grant-type', 'client_credentials'],
    ['clients', 'disable', 'billing'],
  ]) {
    assert.equal((await runCommand(args, environment)).code, 0, args.join(' '))
  }
  const databaseUrl = `sqlite:${join(folder, 'countersign.db')}`
  await addGrantAndIncident(databaseUrl)
  await addKeys(databaseUrl)
  return environment
}

test('the command shows its help, its mistakes, lists and details as in the pictures', async (t) => {
  if (!hasTerminal(t)) return
  const environment = await prepare(t)
  for (const [name, args] of pictures) {
    const shown = []
    for (const columns of [80, 120]) {
      for (const [colors, settings] of [
        ['with', {}],
        ['without', { NO_COLOR: '1' }],
      ] as const) {
        const { stdout } = await runAtTerminal(args, { ...environment, ...settings }, { columns })
        assert.equal(stdout.includes('\u001b'), colors === 'with' && !plain.includes(name), `${name} ${colors} colours`)
        shown.push(`== ${columns} columns, ${colors} colours\n${stdout}`)
      }
    }
    t.assert.fileSnapshot(picture(shown), pathOf(name), { serializers: [String] })
  }
  for (const [name, args] of small) {
    const { stdout } = await runAtTerminal(args, environment, { columns: 80 })
    t.assert.fileSnapshot(picture([stdout]), pathOf(name), { serializers: [String] })
  }
})

function pathOf(name: string): string {
  return fileURLToPath(new URL(`pictures/${name}.txt`, import.meta.url))
}

/** Without what differs between runs: times. */
function picture(shown: readonly string[]): string {
  return shown
    .join('\n')
    .replaceAll('\u001b', '␛')
    .replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g, '2027-01-15T08:00:00.000Z')
}
