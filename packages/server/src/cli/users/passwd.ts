/** `countersign users passwd`. */
import { printable } from '../../trace/format.ts'
import { setPassword } from '../../users/set-password.ts'
import { openConfigured } from '../directories/with-directories.ts'
import { print } from '../terminal/print.ts'
import { readPassword } from '../terminal/read-password.ts'
import { withStore } from '../with-store.ts'
import { brandConfig } from './brand-config.ts'
import { explainUser } from './explain-user.ts'
import { requireUser } from './require-user.ts'
import { withPasswords } from './with-passwords.ts'

export function passwd(username: string): Promise<void> {
  return withStore(async (store, settings) => {
    const { subject, profile } = await requireUser(store, username)
    const password = await readPassword()
    const directories = await openConfigured(store, settings)
    const context = { store, directories, config: brandConfig(settings), now: store.clock.now }
    await explainUser(() =>
      withPasswords((passwords) => setPassword({ ...context, passwords }, subject.id, password)),
    ).finally(() => directories?.close())
    print(printable(`Changed the password of ${profile.username}.`))
  })
}
