/** `countersign users import` with its flags, as an operator who does not know the file sees it. */
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { migrateStore } from '../../packages/server/src/store/open.ts'
import { runCommand, temporaryFolder } from '../support/process.ts'

const hash = '$2b$12$2Ss8aodwv5mZjR1Ofee86.OgtdlekDXCtdB6xH.l/nUMd9K73tmXa'

interface Step {
  readonly flags: readonly string[]
  readonly code: 0 | 1 | 2
  readonly says: readonly RegExp[]
}

const csv = `login,pw,access_revoked_reason,score\nann,${hash},,5\nbob,${hash},left,6\nann,${hash},,7\n`

const steps: readonly Step[] = [
  {
    flags: [],
    code: 1,
    says: [/users\.csv has users of an unknown system\. Say which one with --from: auth0, .*--map username=email\.$/m],
  },
  { flags: ['--from', 'auth1'], code: 2, says: [/--from must be one of auth0, keycloak, /] },
  {
    flags: ['--map', 'user=login'],
    code: 2,
    says: [/--map user=login names no field: did you mean username\? The fields are id, /],
  },
  {
    flags: ['--map', 'username'],
    code: 2,
    says: [/--map username has the form field=path, such as username=profile\.login\./],
  },
  {
    flags: ['--from', 'plain', '--hash-config', 'users.csv'],
    code: 2,
    says: [/--hash-config is for the hashes of Firebase, and users\.csv is read as plain\.$/m],
  },
  {
    flags: ['--map', 'username=login', '--skip-invalid'],
    code: 1,
    says: [
      /asked, access_revoked_reason of 1 row\(s\), the first at line 3: it may say that the user must not log in\. Say what it means: --map disabled=access_revoked_reason, /,
      /rejected, line 4: username is also at line 2/,
      /^Say with --map what these members mean\. Nothing was imported\.$/m,
    ],
  },
  {
    flags: ['--map', 'username=login', '--map', 'disabled=acces_revoked', '--dry-run'],
    code: 1,
    says: [/^No row has acces_revoked, which --map names, so nothing was imported\.$/m],
  },
  {
    flags: ['--map', 'username=login', '--map', 'nickname=access_revoked_reason'],
    code: 1,
    says: [/^1 row\(s\) were rejected, so nothing was imported\. .*--skip-invalid\.$/m],
  },
  {
    flags: ['--map', 'username=login', '--map', 'ignore=access_revoked_reason', '--skip-invalid'],
    code: 0,
    says: [/^ {2}2 with bcrypt$/m, /^ {2}ignored members: score$/m, /^Imported 2 user\(s\)\.$/m],
  },
]

test('an import asks for what it cannot know, and each message says the next step', async (t) => {
  const folder = temporaryFolder(t)
  await migrateStore(`sqlite:${join(folder, 'countersign.db')}`)
  writeFileSync(join(folder, 'users.csv'), csv)
  for (const { flags, code, says } of steps) {
    const ended = await runCommand(['users', 'import', 'users.csv', ...flags], { DATA_DIR: folder }, '', folder)
    const output = ended.stdout + ended.stderr
    assert.equal(ended.code, code, `${flags.join(' ')}\n${output}`)
    for (const pattern of says) assert.match(output, pattern, flags.join(' '))
    assert.equal(output.includes(hash), false)
  }
})
