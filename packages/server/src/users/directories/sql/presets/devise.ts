/**
 * Devise's `users` in Rails: lib/generators/active_record/templates/migration.rb and devise_generator.rb. The columns of its modules
 * Confirmable and Lockable are there where they are used; `deleted_at` and `discarded_at` are of the gems paranoia and discard.
 */
import type { SqlPreset } from '../preset.ts'

export const devise: SqlPreset = {
  table: 'users',
  columns: {
    key: 'id',
    username: 'email',
    email: 'email',
    emailVerified: 'confirmed_at',
    passwordHash: 'encrypted_password',
  },
  disabled: { confirmed_at: 'unset', locked_at: 'set', deleted_at: 'set', discarded_at: 'set' },
  optional: ['confirmed_at', 'locked_at', 'deleted_at', 'discarded_at'],
  // Devise.case_insensitive_keys
  usernameCase: 'lower-case',
  // Devise reads bcrypt alone.
  writeHash: undefined,
}
