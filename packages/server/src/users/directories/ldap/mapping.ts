/** What is read of a server, and where: the options with what their preset says of the rest. */
import type { LdapDirectoryOptions } from '../ldap-options.ts'
import { type Preset, presets } from './presets.ts'

export interface Mapping extends Preset {
  readonly baseDn: string
  readonly isEmailVerified: boolean
  readonly groups: GroupMapping | undefined
  /** Seconds. */
  readonly lockoutDuration: number
}

export interface GroupMapping {
  /** How groups are found: by the attribute of their members, or by a filter. */
  readonly by: { readonly attribute: string } | { readonly filter: string }
  readonly baseDn: string
  readonly name: string
  readonly depth: number
}

export function mappingOf(options: LdapDirectoryOptions): Mapping {
  const { baseDn, filter, loginAttributes, attributes = {}, emailVerified = false, lockoutDuration = 0 } = options
  const preset = presets[options.preset]
  return {
    baseDn,
    filter: filter ?? preset.filter,
    loginAttributes: loginAttributes ?? preset.loginAttributes,
    attributes: { ...preset.attributes, ...attributes },
    disabledBy: preset.disabledBy,
    isEmailVerified: emailVerified,
    groups: groupsOf(options),
    lockoutDuration,
  }
}

function groupsOf({ groups = {}, baseDn }: LdapDirectoryOptions): GroupMapping | undefined {
  if (groups === null) return undefined
  const { attribute = 'memberOf', filter, name = 'cn', depth = 10 } = groups
  const by = filter === undefined ? { attribute } : { filter }
  return { by, baseDn: groups.baseDn ?? baseDn, name, depth }
}
