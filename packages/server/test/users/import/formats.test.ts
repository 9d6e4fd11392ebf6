/** Each format, from a file as its system writes it: fixtures/imports/README.md says where the form is from. */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { inspectHash } from '../../../src/passwords/import-check.ts'
import { firebaseHashesOf } from '../../../src/users/import/firebase-hashes.ts'
import { formatNames } from '../../../src/users/import/format-names.ts'
import { formats } from '../../../src/users/import/formats.ts'
import { guessFormat } from '../../../src/users/import/guess-format.ts'
import type { ImportRecord } from '../../../src/users/import/read-record.ts'
import { readText, rowsOfText } from '../../support/imports.ts'

const folder = new URL('../../fixtures/imports/', import.meta.url)
const fixture = (name: string) => readFileSync(new URL(name, folder), 'utf8')

/** WordPress and LDAP have weak hashes. */
const inspect = (hash: string | null) => inspectHash(hash, { allowWeakHashes: true })

/** Name, id, address (`*`: verified), state, full name, claims and the beginning of the hash. */
function lineOf(record: ImportRecord): string {
  if (record.kind === 'other') return 'no user'
  if (record.kind === 'rejected')
    return `rejected: ${record.problems.map(({ field, message }) => `${field ?? ''} ${message}`).join('; ')}`
  const { subject, profile, credentials } = record.user
  assert.deepEqual(record.facts.questions, [], profile.username)
  const state = subject.isDisabled ? `disabled by ${record.facts.disabledBy.join('+')}` : 'enabled'
  const claims = Object.entries(profile.claims).map(([name, value]) => `${name}=${String(value)}`)
  const hash = credentials.passwordHash?.slice(0, 24) ?? 'no hash'
  const email = `${profile.email ?? '-'}${profile.isEmailVerified ? '*' : ''}`
  return [profile.username, subject.id, email, state, profile.fullName ?? '-', claims.join(' ') || '-', hash].join(
    ' | ',
  )
}

const expected: Readonly<Record<string, readonly [format: string, ...lines: string[]]>> = {
  'auth0-users.ndjson': [
    'auth0',
    'mira.solberg@example.com | auth0|5f7c8ec7c33c6c004bbafe82 | mira.solberg@example.com* | enabled | Mira Solberg | given_name=Mira family_name=Solberg nickname=mira picture=https://s.gravatar.com/avatar/0f3c.png | no hash',
    'tomas@example.com | auth0|tomas-7 | tomas@example.com | disabled by blocked | - | nickname=tomas | no hash',
    'ines@example.org | google-oauth2|103547991597142817347 | ines@example.org* | enabled | Inês Duarte | locale=pt-PT | no hash',
  ],
  'auth0-hashes.ndjson': [
    'auth0',
    'mira.solberg@example.com | auth0|5f7c8ec7c33c6c004bbafe82 | mira.solberg@example.com* | enabled | - | - | $2b$12$2Ss8aodwv5mZjR1Of',
    'tomas@example.com | auth0|tomas-7 | tomas@example.com | enabled | - | - | $2b$12$2Ss8aodwv5mZjR1Of',
  ],
  'auth0-import.json': [
    'auth0',
    'ola | 900 | ola@example.com* | enabled | Ola Nowak | - | $2b$12$2Ss8aodwv5mZjR1Of',
    'pia@example.com | 901 | pia@example.com | enabled | - | - | $scrypt$ln=14,r=8,p=1$Tm',
    'rui@example.com | 902 | rui@example.com | enabled | - | - | $pbkdf2-sha256$i=100000,',
    'rejected:  has the algorithm hmac in custom_password_hash, which is not supported',
  ],
  'keycloak-realm.json': [
    'keycloak',
    'lena | 3b2e4f57-7a3c-4f0f-9c21-5f5e7f1f0a01 | lena@example.com* | enabled | Lena Fischer | given_name=Lena family_name=Fischer locale=de-AT | $argon2id$v=19$m=7168,t=',
    'marek | 3b2e4f57-7a3c-4f0f-9c21-5f5e7f1f0a02 | marek@example.com | disabled by enabled | - | - | $pbkdf2-sha256$i=27500,l',
    'nora | 3b2e4f57-7a3c-4f0f-9c21-5f5e7f1f0a03 | - | enabled | - | - | no hash',
    'otto | 3b2e4f57-7a3c-4f0f-9c21-5f5e7f1f0a04 | - | disabled by unconfirmed | - | - | no hash',
    'no user',
  ],
  'firebase-users.json': [
    'firebase',
    'hana@example.com | Jo7lcUBbEfPT3xCKDUy9qVv2nXr1 | hana@example.com* | enabled | Hana Mori | picture=https://example.com/hana.png phone_number=+81312345678 phone_number_verified=true | $fbscrypt$v=1,n=14,r=8,p',
    'ivo@example.com | Jo7lcUBbEfPT3xCKDUy9qVv2nXr2 | ivo@example.com | disabled by disabled | - | - | $fbscrypt$v=1,n=14,r=8,p',
    '+4915112345678 | Jo7lcUBbEfPT3xCKDUy9qVv2nXr3 | - | enabled | - | phone_number=+4915112345678 phone_number_verified=true | no hash',
  ],
  'supabase-users.json': [
    'supabase',
    'ada@example.com | 6b1f4a1e-6a8f-4b5a-9b06-6b0d1a0f0001 | ada@example.com* | enabled | Ada Brandt | picture=https://example.com/ada.png | $2a$10$N9qo8uLOickgx2ZMR',
    'ben@example.com | 6b1f4a1e-6a8f-4b5a-9b06-6b0d1a0f0002 | ben@example.com* | disabled by banned_until | - | - | $2a$10$N9qo8uLOickgx2ZMR',
    'cleo@example.com | 6b1f4a1e-6a8f-4b5a-9b06-6b0d1a0f0003 | cleo@example.com | disabled by unconfirmed | - | - | no hash',
  ],
  'supabase-users.csv': [
    'supabase',
    'ada@example.com | 6b1f4a1e-6a8f-4b5a-9b06-6b0d1a0f0001 | ada@example.com* | enabled | Ada Brandt | - | $2a$10$N9qo8uLOickgx2ZMR',
    '4915112345678 | 6b1f4a1e-6a8f-4b5a-9b06-6b0d1a0f0004 | - | disabled by deleted_at | - | phone_number=+4915112345678 phone_number_verified=true | no hash',
    'rejected: username is missing',
  ],
  'django-users.json': [
    'django',
    'no user',
    'greta | 1 | greta@example.com | enabled | Greta Olsen | given_name=Greta family_name=Olsen | pbkdf2_sha256$1000$seasa',
    'henk | 2 | - | disabled by is_active | - | - | no hash',
    'no user',
  ],
  'better-auth-users.ndjson': [
    'better-auth',
    'yara@example.com | pZ4bT1kq0Xb2sD9yR7uVwM3nE6cHaLgF | yara@example.com* | enabled | Yara Haddad | picture=https://example.com/yara.png | 0123456789abcdef01234567',
    'zeno@example.com | pZ4bT1kq0Xb2sD9yR7uVwM3nE6cHaLgG | zeno@example.com | disabled by banned | Zeno | - | 0123456789abcdef01234567',
  ],
  'auth-js-users.json': [
    'auth.js',
    'kofi@example.com | cm1x0a1b20000 | kofi@example.com* | enabled | Kofi Mensah | - | $2b$12$2Ss8aodwv5mZjR1Of',
    'lucia@example.com | cm1x0a1b20001 | lucia@example.com | disabled by isActive | Lucía | picture=https://example.com/lucia.png | no hash',
  ],
  'laravel-users.csv': [
    'laravel',
    'noor@example.com | 1 | noor@example.com* | enabled | Noor Haddad | - | $2y$12$2Ss8aodwv5mZjR1Of',
    'oscar@example.com | 2 | oscar@example.com | disabled by deleted_at | Óscar "Oz" Gil | - | $2y$12$2Ss8aodwv5mZjR1Of',
  ],
  'devise-users.csv': [
    'devise',
    'rosa@example.com | 1 | rosa@example.com* | enabled | - | - | $2a$12$2Ss8aodwv5mZjR1Of',
    'stig@example.com | 2 | stig@example.com | disabled by confirmed_at | - | - | $2a$12$2Ss8aodwv5mZjR1Of',
    'tara@example.com | 3 | tara@example.com* | disabled by locked_at | - | - | $2a$12$2Ss8aodwv5mZjR1Of',
  ],
  'phpmyadmin.json': [
    'wordpress',
    'petra | 4 | petra@example.com | enabled | Petra Horn | - | $P$BVbptZxEcZV2yeLyYeN.O',
    'quinn | 5 | quinn@example.com | enabled | Quinn | - | no hash',
  ],
  'wordpress-users.csv': [
    'wordpress',
    'admin | 1 | admin@example.com | enabled | Site Admin | website=https://example.com | $P$BVbptZxEcZV2yeLyYeN.O',
    'ulla | 2 | ulla@example.com | enabled | Ulla Berg | - | $wp$2y$10$abcdefghijklmn',
    'spammer | 3 | spam@example.com | disabled by spam | spammer | - | $P$BVbptZxEcZV2yeLyYeN.O',
  ],
  'openldap.ldif': [
    'ldif',
    'no user',
    'vera | 8b7f2c5e-0001-103f-8f1a-0f3c5a9e1b11 | vera@example.com | enabled | Véra Nová | given_name=Véra family_name=Nová phone_number=+420 123 456 789 | {CRYPT}$2b$12$2Ss8aodwv5',
    'wim | wim | - | disabled by shadowExpire | Wim de Vries | family_name=de Vries | {SSHA}aBlfKi+Jk4tzF+lS3D',
    'xena | xena | - | disabled by pwdAccountLockedTime | Xena | family_name=Xena | {SSHA}aBlfKi+Jk4tzF+lS3D',
    'no user',
  ],
  'active-directory.ldif': [
    'ldif',
    'ykaya | ykaya | yusuf.kaya@example.com | enabled | Yusuf Kaya | given_name=Yusuf family_name=Kaya | no hash',
    'zpapp | zpapp | - | disabled by userAccountControl | Zita Papp | - | no hash',
    'rejected: accountExpires is still to come, and users have no end date here: disable the user then, and import with --map ignore=accountExpires',
    'no user',
  ],
  'okta-users.json': [
    'okta',
    'brno@example.com | 00ub0oNGTSWTBKOLGLNR | brno@example.com | enabled | Bruno Costa | given_name=Bruno family_name=Costa phone_number=+351 21 123 45 67 locale=pt-PT zoneinfo=Europe/Lisbon | $2b$12$2Ss8aodwv5mZjR1Of',
    'dora@example.com | 00ub0oNGTSWTBKOLGLNS | dora@example.com | disabled by status | Dora Lund | given_name=Dora family_name=Lund | no hash',
  ],
  'cognito-list-users.json': [
    'cognito',
    'elif@example.com | eabf2a6e-8b1d-4b1f-9d84-0f3c5a9e1b11 | elif@example.com* | enabled | - | given_name=Elif | no hash',
    'finn | eabf2a6e-8b1d-4b1f-9d84-0f3c5a9e1b12 | - | disabled by Enabled+UserStatus | - | - | no hash',
  ],
  'cognito-users.csv': [
    'cognito',
    'gil | gil | gil@example.com* | enabled | Gil Amar | phone_number=+972501234567 phone_number_verified=true given_name=Gil family_name=Amar | no hash',
  ],
  'aspnet-users.csv': [
    'aspnet',
    'hugo | 7f1c0000-0000-4000-8000-000000000001 | hugo@example.com* | enabled | - | - | AQAAAAIAAYagAAAAEG0TvGPH',
    'ilse | 7f1c0000-0000-4000-8000-000000000002 | ilse@example.com | disabled by LockoutEnd | - | - | AQAAAAIAAYagAAAAEG0TvGPH',
  ],
  'spring-users.csv': [
    'plain',
    'jana | jana | - | enabled | - | - | {bcrypt}$2a$12$2Ss8aodwv',
    'kai | kai | - | disabled by enabled | - | - | {bcrypt}$2a$12$2Ss8aodwv',
  ],
  'flask-users.json': [
    'plain',
    'lars | 1 | lars@example.com | enabled | - | - | scrypt:32768:8:1$ZKsvGCW',
    'mona | 2 | mona@example.com | disabled by active | - | - | pbkdf2:sha256:600000$ZKs',
  ],
}

for (const [name, [format, ...lines]] of Object.entries(expected)) {
  test(`${name} is recognised as ${format}, and its users come over`, async () => {
    const text = fixture(name)
    assert.equal(guessFormat(await rowsOfText(text), []).name, format)
    const firebaseHashes = firebaseHashesOf(fixture('firebase-hash-config.txt'))
    const records = await readText(text, { formatOptions: { firebaseHashes }, inspect })
    assert.deepEqual(records.map(lineOf), lines)
  })
}

test('each fixture is tested, and each format has one', () => {
  const files = readdirSync(folder).filter((name) => name !== 'README.md' && name !== 'firebase-hash-config.txt')
  assert.deepEqual(files.toSorted(), Object.keys(expected).toSorted())
  const tested = new Set(Object.values(expected).map(([format]) => format))
  assert.deepEqual(Object.keys(formats), formatNames)
  for (const [name, format] of Object.entries(formats)) assert.equal(format.name, name)
  assert.deepEqual(
    formatNames.filter((name) => !tested.has(name)),
    [],
  )
  for (const name of files) assert.ok(fixture('README.md').includes(`\`${name}\``), name)
})

test('members that other software of the same kind does not have are no reason to guess', async () => {
  const ambiguous =
    '[{"id":"1","name":"A","email":"a@example.com","email_verified_at":null,"emailVerified":null,"image":null,"password":"x","remember_token":""}]'
  await assert.rejects(
    readText(ambiguous),
    /may be from several systems. Say which one: --from auth.js \(Auth.js\), --from laravel/,
  )
  await assert.rejects(
    readText('[{"login":"a"}]'),
    /users of an unknown system. Say which one with --from: auth0, .*--map username=email/,
  )
})

test('the hashes of Firebase need their parameters, which may be the text of the console or JSON', async () => {
  const [first] = await readText(fixture('firebase-users.json'))
  assert.match(
    first ? lineOf(first) : '',
    /^rejected: {2}has a hash whose parameters are not in the file: .*--hash-config/,
  )
  const json = '{"signerKey": "a+/b==", "saltSeparator": "Bw==", "rounds": 8, "memCost": 14}'
  assert.deepEqual(firebaseHashesOf(json), {
    memoryCost: 14,
    rounds: 8,
    signerKey: Buffer.from('a+/b', 'base64'),
    saltSeparator: Buffer.from([7]),
  })
  assert.throws(() => firebaseHashesOf('{"rounds": 8}'), /must have base64_signer_key/)
  assert.throws(() => firebaseHashesOf('algorithm: BCRYPT'), /has the algorithm BCRYPT/)
})

test('a claim that cannot be stored is left out of a user of another system, and the member of a member decides nothing', async () => {
  const users = [
    { id: 'a', username: 'a', enabled: false, requiredActions: [], credentials: [], attributes: { enabled: ['true'] } },
    { id: 'b', username: 'b', enabled: true, requiredActions: [], credentials: [], attributes: { locked: ['true'] } },
    {
      id: 'c',
      username: 'c',
      enabled: true,
      requiredActions: [],
      credentials: [],
      firstName: 'C\nc',
      attributes: { locale: ['?'] },
    },
  ]
  const [first, second, third] = await readText(JSON.stringify(users))
  assert.match(first ? lineOf(first) : '', /disabled by enabled/)
  assert.deepEqual(second?.kind === 'user' && second.facts.questions, [{ path: 'attributes.locked', about: 'rights' }])
  const left = third?.kind === 'user' ? third.facts.leftOut.map(({ field }) => field) : []
  assert.deepEqual(left, ['full_name', 'given_name', 'locale'])
})
