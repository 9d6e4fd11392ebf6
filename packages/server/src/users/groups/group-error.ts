/** Why an operation on a group or a role fails: for the command line and the programming interface alike. */
import { groupNameProblem } from '../../domain/group-name.ts'

/** `not_member`: the user is not in the group, or only because a directory says so. `not_assigned`: nobody gave the role. */
export type GroupProblemCode =
  | 'invalid'
  | 'taken'
  | 'unknown_group'
  | 'unknown_role'
  | 'unknown_user'
  | 'not_member'
  | 'not_assigned'

/** One problem, and how to solve it. */
export interface GroupProblem {
  readonly code: GroupProblemCode
  /** What the operation was given, such as `group`, `role` or `userId`. */
  readonly field: string
  /** What follows the field in a sentence. */
  readonly message: string
}

/** @property problems all problems, not only the first */
export class GroupError extends Error {
  readonly problems: readonly GroupProblem[]

  constructor(problems: readonly GroupProblem[], options?: ErrorOptions) {
    super(problems.map(({ field, message }) => `${field} ${message}`).join('\n'), options)
    this.name = 'GroupError'
    this.problems = problems
  }
}

/** @throws GroupError with one problem */
export function failGroup(code: GroupProblemCode, field: string, message: string): never {
  throw new GroupError([{ code, field, message }])
}

/** @throws GroupError `invalid` */
export function failInvalid(field: string, message: string): never {
  failGroup('invalid', field, message)
}

/** @throws GroupError `invalid` when no group or role can have this name */
export function requireName(field: 'group' | 'role', name: unknown): void {
  const message = groupNameProblem(name)
  if (message !== undefined) failInvalid(field, message)
}

/** @throws GroupError `unknown_group` */
export function failUnknownGroup(): never {
  failGroup('unknown_group', 'group', 'is not the name of a group')
}

/** @throws GroupError `unknown_role` */
export function failUnknownRole(): never {
  failGroup('unknown_role', 'role', 'is not the name of a role')
}
