/** Fields of documents that disable a user without being named, in every common spelling. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isDisabledBy } from '../../../src/users/directories/disabled-when.ts'
import { commonFlags } from '../../../src/users/directories/mongodb/common-flags.ts'

const now = 1_800_000_000

test('a flag of MongoDB documents disables in both spellings', () => {
  const values: readonly (readonly [value: unknown, fields: string])[] = [
    [true, 'blocked isBlocked is_blocked accountLocked account_locked is_deactivated is_inactive isArchived discarded'],
    [false, 'active isActive is_active enabled account_enabled accountActive'],
    [new Date(), 'blocked_at blockedAt deactivated_at deactivatedAt archived_at locked_at deleted_at discardedAt'],
    [now + 60, 'lockUntil lock_until banned_until suspended_until suspendedUntil blocked_until disabledUntil'],
  ]
  for (const [value, fields] of values) {
    for (const field of fields.split(' ')) {
      const rule = commonFlags[field]
      assert.ok(rule !== undefined && isDisabledBy(rule, value, now), field)
    }
  }
})
