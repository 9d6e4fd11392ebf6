/** `countersign users update`. */
import { printable } from '../../trace/format.ts'
import { updateUser } from '../../users/update-user.ts'
import { UsageError } from '../command-error.ts'
import { print } from '../terminal/print.ts'
import { withStore } from '../with-store.ts'
import { declaredAttributes, readAttributes } from './attribute-flags.ts'
import { explainUser } from './explain-user.ts'
import { type ProfileFlags, readProfileFlags } from './profile-flags.ts'
import { requireUser } from './require-user.ts'

type UpdateFlags = ProfileFlags & { readonly attribute?: readonly string[] | undefined }

export async function update(username: string, flags: UpdateFlags): Promise<void> {
  const fields = readProfileFlags(flags)
  const { attribute: given } = flags
  if (Object.keys(fields).length === 0 && !given) {
    throw new UsageError('Name what to change with a flag, such as --email.')
  }
  await withStore(async (store, settings) => {
    const { subject, profile } = await requireUser(store, username)
    const attributes = given ? await declaredAttributes(store, settings) : {}
    const changes = { ...fields, ...(given && { attributes: readAttributes(given, attributes) }) }
    await explainUser(() => updateUser({ store, now: store.clock.now, config: { attributes } }, subject.id, changes))
    print(printable(`Updated ${profile.username}.`))
  })
}
