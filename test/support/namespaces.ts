/** Namespaces of Linux: a process with mounts, or process ids, that no other has. Needs no root where the system lets users have them. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'

/** For `unshare`, before what is needed, such as `--mount`. */
export const asOwnRoot: readonly string[] = ['--user', '--map-root-user']

/** Why a test that calls `unshare` with these arguments is skipped; `false` where it can run. @throws where CI on Linux does not allow it */
export function namespacesMissing(args: readonly string[]): string | false {
  if (process.platform !== 'linux') return 'only Linux has namespaces'
  const { status, stderr } = spawnSync('unshare', [...args, 'true'], { encoding: 'utf8' })
  if (status === 0) return false
  const reason = `unshare ${args.join(' ')} is not allowed here: ${stderr?.trim()}. On Ubuntu: sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0`
  assert.notEqual(process.env['CI'], 'true', reason)
  return reason
}
