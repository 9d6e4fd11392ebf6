/** Settings of the database with which what was confirmed can be lost: `serve` rejects them unless the operator has named them. */
import type { UnsafeDatabaseSetting } from '../config/options.ts'
import type { Context } from '../context.ts'

/** What is wrong, and the fix. */
export function unsafeSettingsProblem(names: readonly UnsafeDatabaseSetting[]): string {
  const settings = names.map((name) => `${name}=off`).join(', ')
  return `The database runs with ${settings}. After a crash or a power failure of PostgreSQL, changes that were confirmed may be gone: a revoked token is valid again, a used code works once more. Set ${names.length === 1 ? 'it' : 'them'} to on, for the server, the database and the role.`
}

/** One line in the log, if there are any. */
export function warnOfUnsafeSettings({ store, log }: Pick<Context, 'store' | 'log'>): void {
  if (store.unsafeSettings.length > 0) log.warn({}, unsafeSettingsProblem(store.unsafeSettings))
}
