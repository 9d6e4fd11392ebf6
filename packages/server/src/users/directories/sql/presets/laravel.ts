/** Laravel's `users`: database/migrations/0001_01_01_000000_create_users_table.php of a new application; `SoftDeletes` adds `deleted_at`. */
import type { SqlPreset } from '../preset.ts'

export const laravel: SqlPreset = {
  table: 'users',
  columns: {
    key: 'id',
    username: 'email',
    email: 'email',
    emailVerified: 'email_verified_at',
    fullName: 'name',
    passwordHash: 'password',
  },
  disabled: { deleted_at: 'set' },
  optional: ['deleted_at', 'email_verified_at', 'name'],
  usernameCase: 'exact',
  writeHash: (hash) => hash,
}
