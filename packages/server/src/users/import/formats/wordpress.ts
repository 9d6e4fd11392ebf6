/** WordPress: rows of `wp_users`. https://github.com/WordPress/WordPress, wp-admin/includes/schema.php */
import type { Format } from '../format.ts'
import { membersOf } from '../record-members.ts'
import { hasMembers, rowOf } from './row.ts'

export const wordpress: Format = {
  name: 'wordpress',
  title: 'WordPress',
  recognises: (record) => hasMembers(record, 'user_login', 'user_email'),
  read: (record) => {
    const members = membersOf(record)
    const status = members.text('user_status')
    members.take('user_nicename', 'user_registered', 'user_activation_key', 'first_name', 'last_name')
    return {
      row: rowOf({
        id: members.text('ID'),
        username: members.text('user_login'),
        email: members.text('user_email'),
        full_name: members.text('display_name'),
        website: members.text('user_url'),
        hashed_password: members.text('user_pass'),
      }),
      // WordPress MU marked spam this way; the columns `spam` and `deleted` do now.
      rest: { ...members.rest(), ...(status !== undefined && status !== '0' && { spam: true }) },
    }
  },
}
