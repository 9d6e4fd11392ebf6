/** What another system wrote: any file and any record is read or rejected, and none ends the import. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fc } from '../../../../../test/support/fast-check.ts'
import { inspectHash } from '../../../src/passwords/import-check.ts'
import { firebaseHashesOf } from '../../../src/users/import/firebase-hashes.ts'
import { formats } from '../../../src/users/import/formats.ts'
import { ImportError } from '../../../src/users/import/import-error.ts'
import { parseMapRule } from '../../../src/users/import/map-rules.ts'
import { readRecord } from '../../../src/users/import/read-record.ts'
import { containerOf } from '../../../src/users/import/readers/container.ts'
import { returnsOrThrows, textsOf } from '../../support/any-text.ts'
import { importedAt } from '../../support/imports.ts'

/** Names that formats and conventions read, in objects of objects. */
const names =
  'username email id _id uid dn objectClass cn sAMAccountName userAccountControl pwdLastSet accountExpires shadowExpire sambaAcctFlags password ' +
  'hashed_password passwordHash custom_password_hash algorithm hash value salt iterations credentials secretData credentialData localId profile ' +
  'status disabled is_active enabled locked_until deleted_at banned_until roles groups flags lockoutEnd attributes address birthdate zoneinfo locale ' +
  'email_verified phone_number updated_at identities user_id raw_user_meta_data encrypted_password $date $numberLong _seconds UserStatus Attributes Name ' +
  'Value Username accounts providerId toString valueOf constructor length'
const values = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, depthSize: 'medium' },
    fc.constantFrom(
      null,
      true,
      false,
      '',
      'NULL',
      'never',
      'bcrypt',
      '$2b$10$',
      '2026-11-29T00:00:00Z',
      '{"toString":1}',
    ),
    fc.oneof(fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true }), fc.string({ maxLength: 10 })),
    fc.array(tie('value'), { maxLength: 3 }),
    tie('object'),
  ),
  object: fc.dictionary(
    fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...names.split(' ')) }, fc.string()),
    tie('value'),
    {
      maxKeys: 6,
    },
  ),
}))
const rules = [[], ['disabled=status', 'username=profile.value', 'ignore=flags'].map(parseMapRule)] as const

test('any record is a user, rejected with what is wrong in it, or something else, in every format', () => {
  const property = fc.property(values.object, fc.constantFrom(...rules), (value, mapped) => {
    // As it comes from a file.
    const record: unknown = JSON.parse(JSON.stringify(value))
    for (const format of Object.values(formats)) {
      format.recognises(record as never)
      const options = { format, rules: mapped, formatOptions: {}, inspect: inspectHash, now: importedAt }
      const read = readRecord({ place: 'line 1', value: record }, options)
      if (read.kind === 'rejected') assert.ok(read.problems.length > 0)
    }
  })
  fc.assert(property, { numRuns: 300 })
})

const files = textsOf(
  '{"users":[',
  '[{"a":1},',
  '{"a":1}\n',
  '\ndn: uid=a',
  '\nuid:: ',
  ' folded',
  'id,name\n1,',
  '"a""b"',
  '\t',
  '# x\n',
)

/** `size` characters at a time: those who decode a file never divide one. */
async function read(text: string, size: number): Promise<string> {
  const rows: unknown[] = []
  const characters = [...text]
  try {
    const pieces = (async function* () {
      for (let at = 0; at < characters.length; at += size) yield characters.slice(at, at + size).join('')
    })()
    for await (const row of containerOf(text)?.read(pieces) ?? []) rows.push(row)
    return JSON.stringify(rows)
  } catch (error) {
    if (!(error instanceof ImportError)) throw error
    return 'rejected'
  }
}

test('any file is rows or is rejected, and the same however it is cut', async () => {
  const property = fc.asyncProperty(files, fc.integer({ min: 1, max: 40 }), async (text, size) => {
    assert.equal(await read(text, size), await read(text, 100_000))
  })
  await fc.assert(property, { numRuns: 200 })
})

test('any parameters of the hashes of Firebase are read or rejected', () => {
  const texts = textsOf('hash_config {', 'algorithm: SCRYPT,', 'base64_signer_key: AAAA,', '"rounds": 8', 'mem_cost=14')
  const property = fc.property(
    texts,
    returnsOrThrows((text) => {
      const { rounds, memoryCost } = firebaseHashesOf(text)
      assert.ok(Number.isInteger(rounds) && Number.isInteger(memoryCost))
    }, ImportError),
  )
  fc.assert(property, { numRuns: 300 })
})
