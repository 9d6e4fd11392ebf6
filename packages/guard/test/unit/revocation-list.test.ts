/** What a revocation feed says, and how a token is found in it. */
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import type { Access } from '../../src/access.ts'
import { findRevocation, readRevocationList, subjectName } from '../../src/revocations/revocation-list.ts'

const empty = { iss: 'https://auth.example', iat: 1000, tokens: [], grants: [], subjects: {}, clients: {} }

function accessOf(claims: Readonly<Record<string, unknown>>): Access {
  const { sub = 'tim', client_id = 'app', jti = 'x7TvU0c1kQq9mB2Zr4fWdA' } = claims
  return {
    subject: String(sub),
    clientId: String(client_id),
    tokenId: String(jti),
    scopes: [],
    expiresAt: 2000,
    claims: { iat: 1000, ...claims },
  }
}

test('a list that names nothing revokes nothing', () => {
  const list = readRevocationList(empty)
  assert.equal(findRevocation(list, accessOf({ grant_id: 'grant' }), 'name'), undefined)
})

test('a token is found by the first 11 characters of its jti, and by no fewer', () => {
  const list = readRevocationList({ ...empty, tokens: ['x7TvU0c1kQq'] })
  assert.equal(findRevocation(list, accessOf({}), undefined), 'token')
  assert.equal(findRevocation(list, accessOf({ jti: 'x7TvU0c1kQ' }), undefined), undefined)
  assert.equal(findRevocation(list, accessOf({ jti: 'x7TvU0c1kQZ9mB2Zr4fWdA' }), undefined), undefined)
  assert.equal(findRevocation(list, { ...accessOf({}), tokenId: undefined }, undefined), undefined)
})

test('a short jti is compared whole', () => {
  const list = readRevocationList({ ...empty, tokens: ['token-1'] })
  assert.equal(findRevocation(list, accessOf({ jti: 'token-1' }), undefined), 'token')
  assert.equal(findRevocation(list, accessOf({ jti: 'token-12' }), undefined), undefined)
})

test('a token is found by the grant that it comes from', () => {
  const list = readRevocationList({ ...empty, grants: ['Grant567890'] })
  assert.equal(findRevocation(list, accessOf({ grant_id: 'Grant5678901234567890' }), undefined), 'grant')
  assert.equal(findRevocation(list, accessOf({ grant_id: 7 }), undefined), undefined)
  assert.equal(findRevocation(list, accessOf({}), undefined), undefined)
})

test('the tokens of a subject end that were issued before its time, or do not say when', () => {
  const list = readRevocationList({ ...empty, subjects: { name: 1000 } })
  assert.equal(findRevocation(list, accessOf({ iat: 999 }), 'name'), 'subject')
  assert.equal(findRevocation(list, accessOf({ iat: undefined }), 'name'), 'subject')
  assert.equal(findRevocation(list, accessOf({ iat: 1000 }), 'name'), undefined)
  assert.equal(findRevocation(list, accessOf({ iat: 999 }), 'another'), undefined)
})

test('the tokens of a client end that were issued before its time, or do not say when', () => {
  const list = readRevocationList({ ...empty, clients: { app: 1000 } })
  assert.equal(findRevocation(list, accessOf({ iat: 999 }), undefined), 'client')
  assert.equal(findRevocation(list, accessOf({ iat: undefined }), undefined), 'client')
  assert.equal(findRevocation(list, accessOf({ iat: 1000 }), undefined), undefined)
  assert.equal(findRevocation(list, accessOf({ iat: 999, client_id: 'other' }), undefined), undefined)
  assert.equal(findRevocation(list, { ...accessOf({ iat: 999 }), clientId: undefined }, undefined), undefined)
})

for (const subject of ['tim', 'zażółć', '\u{1f512}', 'x'.repeat(255)]) {
  test(`a subject is called by 22 characters of its SHA-256: ${subject.slice(0, 10)}`, async () => {
    const expected = createHash('sha256').update(subject).digest('base64url').slice(0, 22)
    assert.equal(await subjectName(subject), expected)
  })
}

test('all tokens of the issuer end that were issued before its time, or do not say when', () => {
  const list = readRevocationList({ ...empty, not_before: 1000 })
  assert.equal(findRevocation(list, accessOf({ iat: 999 }), undefined), 'iat')
  assert.equal(
    findRevocation(list, { ...accessOf({ iat: 999 }), clientId: undefined, tokenId: undefined }, 'name'),
    'iat',
  )
  assert.equal(findRevocation(list, accessOf({ iat: undefined }), undefined), 'iat')
  assert.equal(findRevocation(list, accessOf({ iat: 1000 }), undefined), undefined)
})

test('members that are not known are left alone', () => {
  assert.equal(readRevocationList({ ...empty, sessions: ['x'] }).builtAt, 1000)
})

const malformed: readonly (readonly [member: string, value: unknown])[] = [
  ['iat', undefined],
  ['iat', '1000'],
  ['iat', Number.POSITIVE_INFINITY],
  ['tokens', undefined],
  ['tokens', 'x7TvU0c1kQq'],
  ['tokens', [7]],
  ['tokens', ['']],
  ['tokens', ['x7TvU0c1kQq9']],
  ['grants', null],
  ['grants', {}],
  ['subjects', []],
  ['subjects', undefined],
  ['subjects', { name: '1000' }],
  ['clients', { app: null }],
  ['not_before', null],
  ['not_before', '1000'],
]
for (const [member, value] of malformed) {
  test(`half a list is none: ${member} ${JSON.stringify(value)}`, () => {
    const claims = { ...empty, [member]: value }
    assert.throws(() => readRevocationList(claims), { name: 'TypeError', message: new RegExp(`^${member} must be`) })
  })
}

test('a list may name keys, and is rejected when it names anything else there', () => {
  assert.deepEqual([...readRevocationList(empty).keys], [])
  assert.deepEqual([...readRevocationList({ ...empty, keys: ['one'] }).keys], ['one'])
  for (const keys of [null, 'one', [1], {}]) assert.throws(() => readRevocationList({ ...empty, keys }), TypeError)
})
