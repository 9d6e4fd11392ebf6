/**
 * WordPress' `wp_users`: wp-admin/includes/schema.php. In a network (multisite) it has `spam` and `deleted`. `user_status` is 0, except where
 * a plugin such as BuddyPress marks accounts that are not activated or are spam.
 */
import type { SqlPreset } from '../preset.ts'

export const wordpress: SqlPreset = {
  table: 'wp_users',
  columns: {
    key: 'ID',
    username: 'user_login',
    email: 'user_email',
    fullName: 'display_name',
    passwordHash: 'user_pass',
    claims: { website: 'user_url' },
  },
  disabled: { user_status: { not: ['0'] }, spam: true, deleted: true },
  optional: ['spam', 'deleted'],
  usernameCase: 'exact',
  writeHash: (hash) => hash,
}
