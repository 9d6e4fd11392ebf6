/** Passwords of Keycloak, as its tables and its exports have them. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { keycloakHashOf } from '../../src/passwords/keycloak-hash.ts'
import { verifyPassword } from '../../src/passwords/verify-password.ts'

const salt = 'c2l4dGVlbi1ieXRlLXNsdA=='
const key = '8uKnF0zUzum3aBzFjUA0Z9mom357Sm6Hk1G/b+OzY+Ccniw98MxQFxtPGDAFejLqkeIlmnZtspROiISNciFlYA=='
const pbkdf2 = { algorithm: 'pbkdf2-sha256', hashIterations: 1000, additionalParameters: {} }
const argon2 = {
  algorithm: 'argon2',
  hashIterations: 1,
  additionalParameters: { hashLength: ['32'], memory: ['1024'], type: ['id'], version: ['1.3'], parallelism: ['1'] },
}
const argon2Secret = { value: 'I6SOOBWheDhzz/b1rbxK6kzfZ6+kphkpkoOLXrLxhig=', salt: 'DiQJEk/Crw2oFAypb5HuTw==' }

test('PBKDF2 with a key of 64 bytes, and argon2, become texts that verify', () => {
  for (const hash of [keycloakHashOf(pbkdf2, { value: key, salt }), keycloakHashOf(argon2, argon2Secret)]) {
    assert.equal(verifyPassword(hash ?? null, 'teal-heron-42').isMatch, true)
    assert.equal(verifyPassword(hash ?? null, 'teal-heron-43').isMatch, false)
  }
})

test('without a part, or with another algorithm, there is no hash', () => {
  const { additionalParameters, ...withoutParameters } = argon2
  for (const [credentialData, secretData] of [
    [pbkdf2, { value: key }],
    [pbkdf2, { salt }],
    [pbkdf2, { value: key, salt: '' }],
    [pbkdf2, { value: key, salt: 'no base64' }],
    [pbkdf2, undefined],
    [undefined, { value: key, salt }],
    [
      { ...pbkdf2, algorithm: 'bcrypt' },
      { value: key, salt },
    ],
    [
      { ...pbkdf2, algorithm: 'constructor' },
      { value: key, salt },
    ],
    [withoutParameters, argon2Secret],
    [{ ...argon2, additionalParameters: { ...additionalParameters, type: ['x'] } }, argon2Secret],
  ])
    assert.equal(keycloakHashOf(credentialData, secretData), undefined, JSON.stringify([credentialData, secretData]))
})
