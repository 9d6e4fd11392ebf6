/** Fields that mean the same in most applications: they hold where a document has them, without being named. */
import type { DisabledWhen } from '../disabled-when.ts'

const whenTrue = [
  'disabled',
  'isDisabled',
  'is_disabled',
  'blocked',
  'isBlocked',
  'is_blocked',
  'banned',
  'isBanned',
  'is_banned',
  'suspended',
  'isSuspended',
  'is_suspended',
  'locked',
  'isLocked',
  'is_locked',
  'deactivated',
  'isDeactivated',
  'inactive',
  'deleted',
  'isDeleted',
  'is_deleted',
  'archived',
  'isArchived',
]
const whenFalse = ['active', 'isActive', 'is_active', 'enabled', 'isEnabled', 'is_enabled']
const whenSet = [
  'disabledAt',
  'disabled_at',
  'blockedAt',
  'bannedAt',
  'banned_at',
  'suspendedAt',
  'suspended_at',
  'deactivatedAt',
  'deletedAt',
  'deleted_at',
]
const whenFuture = [
  'bannedUntil',
  'banned_until',
  'blockedUntil',
  'lockedUntil',
  'locked_until',
  'lockUntil',
  'suspendedUntil',
]

export const commonFlags: Readonly<Record<string, DisabledWhen>> = {
  ...rulesFor(whenTrue, true),
  ...rulesFor(whenFalse, false),
  ...rulesFor(whenSet, 'set'),
  ...rulesFor(whenFuture, 'future'),
}

function rulesFor(fields: readonly string[], rule: DisabledWhen): Readonly<Record<string, DisabledWhen>> {
  return Object.fromEntries(fields.map((field) => [field, rule]))
}
