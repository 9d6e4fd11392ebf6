/** Django's `auth_user`: django/contrib/auth/models.py (AbstractUser), and hashers.py for the prefix of its argon2. */
import type { SqlPreset } from '../preset.ts'

export const django: SqlPreset = {
  table: 'auth_user',
  columns: {
    key: 'id',
    username: 'username',
    email: 'email',
    fullName: ['first_name', 'last_name'],
    passwordHash: 'password',
    claims: { given_name: 'first_name', family_name: 'last_name' },
  },
  disabled: { is_active: false },
  optional: [],
  usernameCase: 'exact',
  groups: {
    table: 'auth_user_groups',
    user: 'user_id',
    group: 'group_id',
    names: { table: 'auth_group', key: 'id', name: 'name' },
  },
  writeHash: (hash) => `argon2${hash}`,
}
