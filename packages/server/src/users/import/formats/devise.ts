/** Devise, of Rails: rows of `users`. https://github.com/heartcombo/devise, lib/generators/active_record/templates/migration.rb */
import type { Format } from '../format.ts'
import { membersOf } from '../record-members.ts'
import { isNothing } from '../values.ts'
import { fullNameOf, hasMembers, rowOf } from './row.ts'

export const devise: Format = {
  name: 'devise',
  title: 'Devise (Rails)',
  recognises: (record) =>
    hasMembers(record, 'encrypted_password') &&
    ['reset_password_token', 'reset_password_sent_at', 'remember_created_at'].some((name) => hasMembers(record, name)),
  read: (record) => {
    const members = membersOf(record)
    const email = members.text('email')
    const given = members.text('first_name')
    const family = members.text('last_name')
    // Trackable, recoverable, rememberable, lockable: `locked_at` says whether the user is locked.
    members.take(
      'reset_password_token',
      'reset_password_sent_at',
      'remember_created_at',
      'sign_in_count',
      'unlock_token',
    )
    members.take('current_sign_in_at', 'last_sign_in_at', 'current_sign_in_ip', 'last_sign_in_ip', 'failed_attempts')
    members.take('confirmation_token', 'confirmation_sent_at', 'unconfirmed_email', 'created_at', 'updated_at')
    return {
      row: rowOf({
        id: members.text('id'),
        username: members.text('username', 'login') ?? email,
        email,
        email_verified: !isNothing(record['confirmed_at']),
        full_name: members.text('name', 'full_name') ?? fullNameOf(given, family),
        given_name: given,
        family_name: family,
        hashed_password: members.text('encrypted_password'),
      }),
      rest: members.rest(),
    }
  },
}
