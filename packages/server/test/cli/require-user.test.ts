/** The user that an operator names: what the commands say when there is none. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { CommandError } from '../../src/cli/command-error.ts'
import { requireUser } from '../../src/cli/users/require-user.ts'
import { countersign } from '../../src/config/called-as.ts'
import { openStore } from '../../src/store/open.ts'

const store = await openStore({ url: 'sqlite::memory:', migrate: true })
after(store.close)

for (const [what, username, message] of [
  ['an unknown name', 'tim', `There is no user "tim". See: ${countersign} users list`],
  ['a name that is too long', 'x'.repeat(1001), 'The username must have at most 1000 characters.'],
  ['an empty name', '', `There is no user "". See: ${countersign} users list`],
] as const) {
  test(`${what} is a sentence`, async () => {
    await assert.rejects(requireUser(store, username), (error) => {
      assert.ok(error instanceof CommandError, String(error))
      assert.equal(error.message, message)
      return true
    })
  })
}
