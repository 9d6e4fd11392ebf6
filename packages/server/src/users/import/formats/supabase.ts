/** Supabase Auth: the rows of `auth.users`, as JSON or CSV. https://github.com/supabase/auth, migrations/ */
import type { Format } from '../format.ts'
import { membersOf } from '../record-members.ts'
import { isNothing } from '../values.ts'
import { hasMembers, rowOf } from './row.ts'

export const supabase: Format = {
  name: 'supabase',
  title: 'Supabase',
  recognises: (record) => hasMembers(record, 'encrypted_password', 'raw_app_meta_data', 'raw_user_meta_data'),
  read: (record) => {
    const members = membersOf(record)
    const email = members.text('email')
    const phone = members.text('phone')
    const isEmailConfirmed = !isNothing(members.take('email_confirmed_at'))
    const isPhoneConfirmed = !isNothing(members.take('phone_confirmed_at'))
    members.take(
      'confirmed_at',
      'instance_id',
      'aud',
      'role',
      'created_at',
      'updated_at',
      'last_sign_in_at',
      'is_sso_user',
    )
    members.take('is_super_admin', 'invited_at', 'is_anonymous')
    for (const sent of ['confirmation', 'recovery', 'email_change', 'phone_change', 'reauthentication']) {
      members.take(sent, `${sent}_token`, `${sent}_sent_at`, `${sent}_token_new`, `${sent}_token_current`)
    }
    members.take('email_change_confirm_status')
    const application = members.object('raw_app_meta_data')
    const profile = membersOf(members.object('raw_user_meta_data'))
    return {
      row: rowOf({
        id: members.text('id'),
        username: email ?? phone,
        email,
        email_verified: isEmailConfirmed,
        full_name: profile.text('full_name', 'name'),
        picture: profile.text('avatar_url', 'picture'),
        phone_number: phone === undefined ? undefined : `+${phone.replace(/^\+/, '')}`,
        phone_number_verified: phone === undefined ? undefined : isPhoneConfirmed,
        hashed_password: members.text('encrypted_password'),
      }),
      rest: {
        ...members.rest(),
        raw_app_meta_data: application,
        raw_user_meta_data: profile.rest(),
        // Supabase lets nobody in before.
        ...(!isEmailConfirmed && !isPhoneConfirmed && { unconfirmed: true }),
      },
    }
  },
}
