/** The name of the deployment, which a password must not be made of. */
import { defaultBrandName } from '../../config/brand.ts'
import type { PasswordContext } from '../../users/new-password.ts'
import type { Settings } from '../config.ts'

/** Of settings that are not checked: their other options may be wrong, or missing. */
export function brandConfig({ options }: Settings): PasswordContext['config'] {
  const name: unknown = options.brand?.name
  return { brand: { name: typeof name === 'string' ? name : defaultBrandName } }
}
