/** Changes a user: the profile and the attributes. */
import type { Config } from '../config/options.ts'
import type { Context } from '../context.ts'
import type { Attributes } from '../domain/attribute.ts'
import { changedProfile } from '../domain/profile.ts'
import { isConflict } from '../store/errors.ts'
import { changeAttributes } from './attributes.ts'
import { emailConflicts } from './name-conflicts.ts'
import { changesOf, type ProfileFields, requireFields } from './profile-changes.ts'
import { failUnknownUser, requireUserId, UserError } from './user-problem.ts'

/** Fields that are left out stay as they are. */
export interface UserFields extends ProfileFields {
  /** Values of the option `attributes`, by name. `null` removes one; those that are left out stay. */
  readonly attributes?: Attributes
}

type UpdateContext = Pick<Context, 'store' | 'now'> & { readonly config: Pick<Config, 'attributes'> }

/** Of two changes of different claims or attributes at once, neither is lost. @throws UserError `invalid`, `missing`, `unknown_user` @internal */
export async function updateUser(ctx: UpdateContext, id: string, given: UserFields): Promise<void> {
  requireUserId(id)
  requireFields(given)
  try {
    await storeChanges(ctx, id, given)
  } catch (error) {
    if (!isConflict(error)) throw error
    // At the same moment another user got the address. Now that is seen.
    await storeChanges(ctx, id, given)
  }
}

async function storeChanges({ store, now, config }: UpdateContext, id: string, given: UserFields): Promise<void> {
  const { attributes: changes, ...fields } = given
  await store.transaction(async ({ profiles, attributes, users }) => {
    const profile = (await profiles.lock(id)) ?? failUnknownUser()
    const changed = changesOf(profile, fields)
    if (fields.email !== undefined || fields.isEmailVerified !== undefined) {
      const conflicts = await emailConflicts({ users }, id, changedProfile(profile, changed))
      if (conflicts.length > 0) throw new UserError(conflicts)
    }
    await profiles.update(id, changed, Math.floor(now()))
    if (changes !== undefined) await changeAttributes({ attributes }, config.attributes, id, changes)
  })
}
