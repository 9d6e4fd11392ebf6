/** `countersign users add`. */
import { systemRandom } from '../../environment.ts'
import { addUser, requireUsername } from '../../users/add-user.ts'
import { print, printJson } from '../terminal/print.ts'
import { readPassword } from '../terminal/read-password.ts'
import { withStore } from '../with-store.ts'
import { brandConfig } from './brand-config.ts'
import { explainUser } from './explain-user.ts'
import { type ProfileFlags, readProfileFlags } from './profile-flags.ts'
import { userJson } from './user-json.ts'
import { withPasswords } from './with-passwords.ts'

export async function add(username: string, flags: ProfileFlags & { readonly json?: true | undefined }): Promise<void> {
  const fields = readProfileFlags(flags)
  const user = await withStore((store, settings) =>
    explainUser(async () => {
      // Before the prompt for the password.
      requireUsername(username)
      const password = await readPassword()
      return await withPasswords((passwords) =>
        addUser(
          { store, passwords, config: brandConfig(settings), random: systemRandom, now: store.clock.now },
          { ...fields, username, password },
        ),
      )
    }),
  )
  if (flags.json) printJson(userJson(user))
  else print(`Added ${user.profile.username} with the id ${user.subject.id}.`)
}
