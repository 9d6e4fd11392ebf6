/** `countersign directories check --user`. */
import { loginKeys } from '../../login/login-keys.ts'
import { loginNamesFor } from '../../login/login-names.ts'
import { traceUser } from '../../users/directories/trace-user.ts'
import { printFindings } from './print-findings.ts'
import { withDirectories } from './with-directories.ts'

export function checkUser(username: string, isJson: boolean): Promise<void> {
  return withDirectories(async (store, directories, { options }) => {
    const keys = loginKeys({ loginWith: await loginNamesFor(options.loginWith, store) }, username)
    await printFindings(await traceUser({ store }, directories, username, keys), isJson)
  })
}
