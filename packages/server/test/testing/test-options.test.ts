/** What the test kit rejects at its start. */
import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { inspect } from 'node:util'
import { OptionsError, UserError } from '../../src/index.ts'
import { createTestCountersign } from '../../src/testing/index.ts'

function isProblemOf(option: string, message: RegExp) {
  return (error: unknown) => {
    assert.ok(error instanceof OptionsError, String(error))
    assert.equal(error.problems.length, 1)
    assert.equal(error.problems[0]?.option, option)
    assert.match(error.problems[0]?.message ?? '', message)
    return true
  }
}

test('the kit works on no database of yours: it would get keys and passwords that everybody knows', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-kit-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'countersign.db')
  for (const databaseUrl of [`sqlite:${file}`, 'postgres://127.0.0.1:1/none', 'sqlite::memory:', 5, undefined]) {
    const options: object = { databaseUrl }
    await assert.rejects(createTestCountersign(options), isProblemOf('databaseUrl', /^must be left out: the test kit/))
  }
  assert.equal(existsSync(file), false)
})

for (const options of [null, 5, 'x', [], new Date(0), new Map(), Promise.resolve()]) {
  test(`${inspect(options)} in place of the options is an OptionsError`, async () => {
    const wrong: object = options as never
    await assert.rejects(createTestCountersign(wrong), isProblemOf('options', /^must be an object/))
  })
}

for (const [option, values, message] of [
  [
    'users',
    [null, 'x', 5, {}, new Array(3), [new Date(0)], [null], ['tim'], [[]], [{ username: 'tim' }, 5]],
    /^must be a list of users/,
  ],
  ['onEvent', [null, 'x', {}], /^must be a function$/],
  ['claims', [null, 'x', {}], /^must be a function$/],
  ['log', [null, 'x', {}, { info: () => {}, warn: () => {} }], /^must have the functions info, warn and error/],
  ['clients', [null, 'x', [null]], /^must be /],
] as const) {
  for (const value of values) {
    test(`${JSON.stringify(value)} in place of ${option} is an OptionsError`, async () => {
      const options: object = { [option]: value }
      await assert.rejects(createTestCountersign(options), isProblemOf(option, message))
    })
  }
}

for (const [field, user] of [
  ['username', {}],
  ['username', { username: 5 }],
  ['id', { username: 'tim', id: 5 }],
  ['password', { username: 'tim', password: 5 }],
  ['password', { username: 'tim', password: null }],
  ['isDisabled', { username: 'tim', isDisabled: 'no' }],
  ['email', { username: 'tim', email: 5 }],
  ['claims', { username: 'tim', claims: 'x' }],
  ['pasword', { username: 'tim', pasword: 'x' }],
] as const) {
  test(`a user ${JSON.stringify(user)} is a UserError about ${field}`, async () => {
    const options: object = { users: [user] }
    await assert.rejects(createTestCountersign(options), (error) => {
      assert.ok(error instanceof UserError, String(error))
      assert.equal(error.problems[0]?.field, field)
      return true
    })
  })
}

for (const [what, users, problem] of [
  [
    'the same username in another spelling',
    [{ username: 'tim' }, { username: 'TIM' }],
    { code: 'taken', field: 'username' },
  ],
  [
    'the same id',
    [
      { username: 'tim', id: '7' },
      { username: 'alice', id: '7' },
    ],
    { code: 'taken', field: 'id' },
  ],
  [
    'an id that is the username of another',
    [{ username: 'tim' }, { username: 'alice', id: 'tim' }],
    { code: 'taken', field: 'id' },
  ],
  ['an empty id', [{ username: 'tim', id: '' }], { code: 'invalid', field: 'id' }],
  ['a lone surrogate in an id', [{ username: 'tim', id: 'a\ud800' }], { code: 'invalid', field: 'id' }],
  ['a control character in an id', [{ username: 'tim', id: 'a\nb' }], { code: 'invalid', field: 'id' }],
  ['an empty username', [{ username: '' }], { code: 'invalid', field: 'username' }],
  ['a short password', [{ username: 'tim', password: 'x' }], { code: 'invalid', field: 'password' }],
  ['a wrong e-mail address', [{ username: 'tim', email: 'tim' }], { code: 'invalid', field: 'email' }],
] as const) {
  test(`${what} is a UserError`, async () => {
    await assert.rejects(createTestCountersign({ users }), (error) => {
      assert.ok(error instanceof UserError)
      const [found] = error.problems
      assert.deepEqual({ code: found?.code, field: found?.field }, problem)
      return true
    })
  })
}

for (const [user, field] of [
  [{ username: 'TIM', id: '7' }, 'username'],
  [{ username: 'another', id: 'tim' }, 'id'],
] as const) {
  test(`the ${field} of a demo user is taken`, async () => {
    await assert.rejects(createTestCountersign({ demo: true, users: [user] }), {
      name: 'UserError',
      message: `${field} is that of another user of the kit${field === 'username' ? ', in this or another spelling' : ''}`,
    })
  })
}

test('an unknown option is an error', async () => {
  await assert.rejects(createTestCountersign({ user: [] } as never), {
    name: 'OptionsError',
    message: /user is not an option/,
  })
})
