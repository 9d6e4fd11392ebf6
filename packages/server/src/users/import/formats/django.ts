/** Django: `manage.py dumpdata auth.user`, or of another user model. https://docs.djangoproject.com/en/stable/ref/contrib/auth/ */
import { isJsonObject } from '@countersign/guard/strict-json'
import type { Format } from '../format.ts'
import { membersOf } from '../record-members.ts'
import { fullNameOf, rowOf } from './row.ts'

export const django: Format = {
  name: 'django',
  title: 'Django',
  recognises: ({ model, fields }) => typeof model === 'string' && isJsonObject(fields),
  read: (record) => {
    const { model, pk, fields } = record
    if (typeof model !== 'string' || !isJsonObject(fields)) return { problem: 'is not an object of dumpdata' }
    // A dump has the objects of other models, too.
    if (!('password' in fields)) return undefined
    const members = membersOf(fields)
    const given = members.text('first_name')
    const family = members.text('last_name')
    const email = members.text('email')
    members.take('last_login', 'date_joined', 'is_superuser', 'is_staff', 'groups', 'user_permissions')
    return {
      row: rowOf({
        id: membersOf({ pk }).text('pk'),
        username: members.text('username') ?? email,
        email,
        full_name: members.text('name', 'full_name') ?? fullNameOf(given, family),
        given_name: given,
        family_name: family,
        hashed_password: members.text('password'),
      }),
      rest: members.rest(),
    }
  },
}
