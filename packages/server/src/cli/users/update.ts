/** `countersign users update`. */
import { systemClock } from '../../environment.ts'
import { printable } from '../../trace/format.ts'
import { updateUser } from '../../users/update-user.ts'
import { UsageError } from '../command-error.ts'
import { print } from '../terminal/print.ts'
import { withStore } from '../with-store.ts'
import { explainUser } from './explain-user.ts'
import { type ProfileFlags, readProfileFlags } from './profile-flags.ts'
import { requireUser } from './require-user.ts'

export async function update(username: string, flags: ProfileFlags): Promise<void> {
  const fields = readProfileFlags(flags)
  if (Object.keys(fields).length === 0) throw new UsageError('Name what to change with a flag, such as --email.')
  await withStore(async (store) => {
    const { subject, profile } = await requireUser(store, username)
    await explainUser(() => updateUser({ store, now: systemClock }, subject.id, fields))
    print(printable(`Updated ${profile.username}.`))
  })
}
