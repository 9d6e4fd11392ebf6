/** `countersign directories check --user`. */
import { traceUser } from '../../users/directories/trace-user.ts'
import { printFindings } from './print-findings.ts'
import { withDirectories } from './with-directories.ts'

export function checkUser(username: string, isJson: boolean): Promise<void> {
  return withDirectories(async (store, directories) => {
    await printFindings(await traceUser({ store }, directories, username), isJson)
  })
}
