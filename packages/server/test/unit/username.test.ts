/** Which usernames a new user can have, and which look like another one (UTS #39). */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { latinTwinOf, usernameProblem } from '../../src/domain/username.ts'

test('the letters of one alphabet beside the ASCII letters of an address are no homograph attack', () => {
  for (const username of [
    'иван@example.com',
    'Ἀγγελική@example.gr',
    'ivan@почта.рф',
    'ольга.петрова@mail.example.com',
  ]) {
    assert.equal(usernameProblem(username), undefined, username)
  }
})

test('letters of several alphabets in one part of a name are', () => {
  for (const username of [
    'аlice',
    'аlice@example.com',
    'alice@exаmple.com',
    'ivan.иван@example.com',
    'иван@example.соm',
  ]) {
    assert.equal(usernameProblem(username), 'mixes letters that look alike from several alphabets', username)
  }
})

test('a name whose letters all look like Latin ones has a Latin twin', () => {
  assert.equal(latinTwinOf('сора'), 'copa')
  assert.equal(latinTwinOf('сора@example.com'), 'copa@example.com')
  assert.equal(latinTwinOf('ΑΝΝΑ'), 'anna')
  for (const username of ['copa', 'иван', 'Ольга', 'λόγος', 'José', '123'])
    assert.equal(latinTwinOf(username), undefined)
})
