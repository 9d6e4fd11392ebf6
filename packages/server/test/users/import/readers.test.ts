/** What each container gives, however the file is cut into pieces. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fc } from '../../../../../test/support/fast-check.ts'
import { ImportError } from '../../../src/users/import/import-error.ts'
import type { ImportRow } from '../../../src/users/import/import-row.ts'
import { containerOf } from '../../../src/users/import/readers/container.ts'

async function* inPieces(text: string, size: number): AsyncGenerator<string> {
  for (let at = 0; at < text.length; at += size) yield text.slice(at, at + size)
}

async function read(text: string, size: number): Promise<readonly ImportRow[]> {
  const container = containerOf(text.slice(0, 65_536)) ?? assert.fail(`no container: ${text.slice(0, 50)}`)
  const rows: ImportRow[] = []
  for await (const next of container.read(inPieces(text, size))) rows.push(next)
  return rows
}

const row = (place: string, value: unknown) => ({ place, value })
const bad = (place: string, problem: string) => ({ place, value: undefined, problem })

const files: readonly (readonly [what: string, text: string, rows: readonly ImportRow[]])[] = [
  ['an empty array', ' [ ]\n', []],
  [
    'an array',
    '[{"a":1},\n\n {"a":"]},[\\"\\\\"}\n]',
    [row('line 1, entry 1', { a: 1 }), row('line 3, entry 2', { a: ']},["\\' })],
  ],
  [
    'an array with bad entries',
    '[{"a":1,"a":2},\nnull, {"b":}, {"c":3}]',
    [
      bad('line 1, entry 1', 'has the same name twice in one object'),
      row('line 2, entry 2', null),
      bad('line 2, entry 3', 'is not valid JSON'),
      row('line 2, entry 4', { c: 3 }),
    ],
  ],
  ['an empty dict', '{}', []],
  [
    'a dict',
    '{\n "ti\\u006d": {"disabled": true},\n "ann": {"a": {"b": [1]}}\n}\n',
    [
      { place: 'line 2, entry 1', key: 'tim', value: { disabled: true } },
      { place: 'line 3, entry 2', key: 'ann', value: { a: { b: [1] } } },
    ],
  ],
  [
    'a list in an object',
    '{"realm": "x", "roles": {"users": [1]},\n "note": "\\"users\\": [",\n "users" : [{"id": 1},\n{"id": 2}], "clients": [{"users": []}]}',
    [row('line 3, entry 1', { id: 1 }), row('line 4, entry 2', { id: 2 })],
  ],
  [
    'JSON lines',
    '{"a":1}\r\n\n{"b"}\n{"c":3}',
    [row('line 1', { a: 1 }), bad('line 3', 'is not valid JSON'), row('line 4', { c: 3 })],
  ],
  [
    'one JSON line',
    '{"username":"tim","address":{"country":"FR"}}\n',
    [row('line 1', { username: 'tim', address: { country: 'FR' } })],
  ],
  [
    'CSV',
    'id,name,note\r\n1,"Ann ""A""\nX",\n2,NULL,""\n3,"NULL",\\N\n4,too short\n5,ok,x\n',
    [
      row('line 3', { id: '1', name: 'Ann "A"\nX', note: null }),
      row('line 4', { id: '2', name: null, note: '' }),
      row('line 5', { id: '3', name: 'NULL', note: null }),
      bad('line 6', 'has 2 values, but there are 3 columns'),
      row('line 7', { id: '5', name: 'ok', note: 'x' }),
    ],
  ],
  ['CSV of a spreadsheet', 'id;name\n1;"a;b"\n', [row('line 2', { id: '1', name: 'a;b' })]],
  ['CSV with tabs', 'id\tname\n1\ta,b\n', [row('line 2', { id: '1', name: 'a,b' })]],
  [
    'LDIF',
    `# a comment\n#  folded\nversion: 1\n\ndn: uid=ann,dc=example,\n dc=org\nobjectClass: person\nobjectclass: top\ncn:: w4lyaWM=\nuserPassword:: e1NTSEF9\n eA==\nphoto:: /9j/\n\n\ndn: uid=bob\nchangetype: delete\n\ndn: uid=cat\nno colon\n`,
    [
      row('line 5', {
        dn: 'uid=ann,dc=example,dc=org',
        objectClass: ['person', 'top'],
        cn: 'Éric',
        userPassword: '{SSHA}x',
      }),
      bad('line 15', 'is the change "delete", not an entry'),
      bad('line 18', 'is not LDIF at line 19'),
    ],
  ],
]

test('each container is recognised and read, in pieces of every size', async () => {
  for (const [what, text, rows] of files) {
    for (const size of [1, 2, 3, 7, 64, 100_000]) assert.deepEqual(await read(text, size), rows, `${what}, by ${size}`)
  }
})

const broken: readonly (readonly [text: string, message: RegExp])[] = [
  ['[{"a":1}', /ends before the JSON document is complete/],
  ['[{"a":1}] [', /goes on after the end/],
  ['[{"a":1}] x', /goes on after the end/],
  ['{\n"realm": "x"}', /has no list of users/],
  ['{"data": 1,\n "members": [{}]}', /has no list of users/],
  ['id,name,id\n1,2,3\n', /has two columns with the name "id"/],
  ['id,name\n1,"a" b\n', /is not valid CSV/],
]

test('a file that ends too early, or is something else, is not imported', async () => {
  for (const [text, message] of broken) {
    await assert.rejects(read(text, 4), (error) => error instanceof ImportError && message.test(error.message), text)
  }
  for (const text of ['hello', '', '"users"', '12']) assert.equal(containerOf(text), undefined)
})

test('a record that is longer than any user is a problem of its own', async () => {
  const long = `{"a":"${'x'.repeat(1_100_000)}"}`
  for (const text of [`[{"a":1},${long},{"b":2}]`, `{"a":1}\n${long}\n{"b":2}\n`]) {
    const rows = await read(text, 65_536)
    assert.deepEqual(
      rows.map(({ value, problem }) => problem ?? value),
      [{ a: 1 }, 'is longer than one MiB', { b: 2 }],
    )
  }
})

test('an entry of LDIF that is longer than any user is a problem of its own, whether by one value or by many', async () => {
  const folded = (name: string) => `${name}:: ${`${'eHh4'.repeat(19)}\n `.repeat(14_000)}\n`
  for (const long of [folded('description'), 'description: some text\n'.repeat(60_000)]) {
    const rows = await read(`dn: uid=ann\n${long}uid: ann\n\ndn: uid=bob\n`, 65_536)
    assert.deepEqual(
      rows.map(({ place, value, problem }) => [place, problem ?? value]),
      [
        ['line 1', 'is longer than one MiB'],
        [`line ${long.split('\n').length + 3}`, { dn: 'uid=bob' }],
      ],
    )
  }
  const [ann] = await read(`dn: uid=ann\n${folded('jpegPhoto')}${folded('jpegphoto;x-large')}uid: ann\n`, 65_536)
  assert.deepEqual(ann?.value, { dn: 'uid=ann', uid: 'ann' })
})

test('a group of LDIF comes in as an entry, however many members it has', async () => {
  for (const member of ['member: uid=someone,ou=people,dc=example', 'uniqueMember;x-a: uid=b', 'memberUid: someone']) {
    const [staff] = await read(`dn: cn=staff\ncn: staff\n${`${member}\n`.repeat(100_000)}\n`, 65_536)
    assert.deepEqual(staff?.value, { dn: 'cn=staff', cn: 'staff' })
  }
})

test('any JSON document is split into what it has, however it is written and cut', async () => {
  const writing = fc.record({ indent: fc.constantFrom(0, 1, 2), size: fc.integer({ min: 1, max: 50 }) })
  await fc.assert(
    fc.asyncProperty(fc.array(fc.jsonValue({ maxDepth: 4 })), writing, async (entries, { indent, size }) => {
      const values = (rows: readonly ImportRow[]) => rows.map(({ value }) => value)
      // As the texts are read: `-0` is 0 there.
      const expected: unknown = JSON.parse(JSON.stringify(entries))
      assert.deepEqual(values(await read(JSON.stringify(entries, null, indent), size)), expected)
      const wrapped = JSON.stringify(
        { realm: 'x', clients: entries, users: entries, roles: { users: entries } },
        null,
        indent,
      )
      assert.deepEqual(values(await read(wrapped, size)), expected)
    }),
  )
})
