/** What users of a deployment log in with. */
import { type LoginName, loginNames } from '../domain/login-name.ts'
import type { Store } from '../store/open.ts'

/**
 * The option, or its default. A deployment that an earlier version began keeps the default of then: an address may be verified that was never
 * meant for a login.
 */
export async function loginNamesFor(
  option: readonly LoginName[] | undefined,
  { formerDefaults }: Pick<Store, 'formerDefaults'>,
): Promise<readonly LoginName[]> {
  if (option !== undefined) return option
  return (await formerDefaults.has('login_with_username')) ? ['username'] : loginNames
}
