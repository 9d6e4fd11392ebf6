/** How strangers' fields say that a user is disabled, in every spelling that databases and programs store. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  type DisabledWhen,
  disabledWhenProblem,
  isDisabledBy,
  mayDisable,
} from '../../../src/users/directories/disabled-when.ts'
import { isVerified, timeOf } from '../../../src/users/directories/stored-value.ts'

/** 2026-01-01T00:00:00Z. */
const now = 1_767_225_600
const truths = [true, 1, 1n, '1', 'true', 'TRUE', 't', 'yes', 'Y', 'on', new Uint8Array([1])]
const lies = [false, 0, 0n, '0', 'false', 'F', 'no', 'off', '', null, undefined, new Uint8Array([0])]
const others = ['maybe', 2, -1, {}, [], new Uint8Array([1, 0])]

/** Which of the values disable. */
function disabling(rule: DisabledWhen, values: readonly unknown[]): readonly unknown[] {
  return values.filter((value) => isDisabledBy(rule, value, now))
}

test('true: only what means false leaves the user enabled', () => {
  assert.deepEqual(disabling(true, [...truths, ...lies, ...others]), [...truths, ...others])
})

test('false: only what means true leaves the user enabled', () => {
  assert.deepEqual(disabling(false, [...truths, ...lies, ...others]), [...lies, ...others])
})

test('set and unset: empty text counts as nothing', () => {
  const values = ['2024-01-01', 0, false, new Date(0), '', null, undefined]
  assert.deepEqual(disabling('set', values), values.slice(0, 4))
  assert.deepEqual(disabling('unset', values), values.slice(4))
})

const past = [
  new Date(0),
  1_700_000_000,
  1_700_000_000_000,
  '1700000000',
  '2025-12-31',
  '2025-12-31 23:59:59',
  '2026-01-01T00:59:00+01:00',
]
const future = [
  new Date(1_900_000_000_000),
  1_900_000_000,
  1_900_000_000_000n,
  '2026-01-01 00:00:01.5',
  '2026-01-01T00:00:00-0030',
  '2026-01-01 00:00:00-01',
  Number.POSITIVE_INFINITY,
]
const noTimes = [Number.NaN, 'soon', '0000-00-00 00:00:00', true, new Date(Number.NaN), {}]

test('future and past: seconds, milliseconds, dates and text; what is no time disables', () => {
  assert.deepEqual(disabling('future', [...past, ...future, ...noTimes, null, undefined, '']), [...future, ...noTimes])
  assert.deepEqual(disabling('past', [...past, ...future, ...noTimes, null, undefined, '']), [...past, ...noTimes])
})

test('words: letter case does not count, and numbers have words too', () => {
  const values = ['banned', 'Banned', ' BANNED ', 'active', 2, '2', 2n, null, { banned: true }]
  assert.deepEqual(disabling(['banned', '2'], values), ['banned', 'Banned', ' BANNED ', 2, '2', 2n])
  assert.deepEqual(
    disabling({ not: ['active'] }, values),
    values.filter((value) => value !== 'active'),
  )
})

test('what is no rule is said', () => {
  for (const rule of [true, false, 'set', 'unset', 'future', 'past', ['a'], { not: ['a'] }]) {
    assert.equal(disabledWhenProblem(rule), undefined)
  }
  for (const rule of ['true', [], [1], { not: [] }, {}, null, undefined, 1]) {
    assert.match(disabledWhenProblem(rule) ?? '', /^must be true, false/)
  }
})

test('an address is verified by true or by a time', () => {
  for (const value of [true, 1, 'true', '2024-01-01 00:00:00', new Date(), 1_700_000_000]) assert.ok(isVerified(value))
  for (const value of [false, 0, '', null, undefined, 'pending', {}, new Date(Number.NaN)])
    assert.ok(!isVerified(value))
  assert.equal(timeOf('2026-01-01 00:00:00'), now)
})

test('fields that may disable are known by their words, and others are left alone', () => {
  const suspect =
    'is_active isActive ACTIVE deletedAt deleted_at accountStatus status state banned_until validUntil is_approved blocked isdisabled softdeleted blacklisted forbidden confirmed_at valid_to not_before freeze_reason'
  for (const field of suspect.split(' ')) assert.ok(mayDisable(field), field)
  const harmless =
    'id username user_activation_key lock_version locale resetPasswordExpires token_expires_at email_change_confirm_status home_state activity clock_in unlock_token'
  for (const field of harmless.split(' ')) assert.ok(!mayDisable(field), field)
})
