/** Groups of users, and roles: what users and groups may do elsewhere. */

export interface Group {
  readonly name: string
  /** Seconds since the epoch. */
  readonly createdAt: number
}

export interface Role {
  readonly name: string
  /** Seconds since the epoch. */
  readonly createdAt: number
}

/** Why a user is in a group: an operator put them there (`own`), or a directory with this id says so. */
export type MembershipSource = string

/** The source of the memberships that operators change. No directory has this id. */
export const ownMembership: MembershipSource = 'own'

export interface Member {
  readonly userId: string
  readonly username: string
  /** At least one. */
  readonly sources: readonly MembershipSource[]
}

/** Who has a role: a user, or a group and so each of its members. */
export type RoleHolder = { readonly userId: string } | { readonly group: string }

export interface GroupPage {
  readonly groups: readonly Group[]
  /** What `after` of the next page is; `undefined` on the last page. */
  readonly next: string | undefined
}

export interface MemberPage {
  readonly members: readonly Member[]
  /** What `after` of the next page is; `undefined` on the last page. */
  readonly next: string | undefined
}

export interface RolePage {
  readonly roles: readonly Role[]
  /** What `after` of the next page is; `undefined` on the last page. */
  readonly next: string | undefined
}

export interface RoleUserPage {
  readonly users: readonly { readonly userId: string; readonly username: string }[]
  /** What `after` of the next page is; `undefined` on the last page. */
  readonly next: string | undefined
}
