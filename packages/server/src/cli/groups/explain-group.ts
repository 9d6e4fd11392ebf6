/** Says what is wrong with a group or a role in sentences. */
import { countersign } from '../../config/called-as.ts'
import { GroupError, type GroupProblem } from '../../users/groups/group-error.ts'
import { CommandError } from '../command-error.ts'

/** Performs the operation on the thing with this name. @throws CommandError that names the problem and the fix */
export async function explainGroup<Result>(name: string, operation: () => Promise<Result>): Promise<Result> {
  try {
    return await operation()
  } catch (error) {
    if (!(error instanceof GroupError)) throw error
    throw new CommandError(error.problems.map((problem) => sentence(JSON.stringify(name), problem)).join('\n'))
  }
}

function sentence(name: string, { code, field, message }: GroupProblem): string {
  switch (code) {
    case 'taken':
      return `There is a ${field} ${name} already.`
    case 'unknown_group':
      return `There is no such group. See: ${countersign} groups list`
    case 'unknown_role':
      return `There is no role ${name}. See: ${countersign} roles list`
    case 'unknown_user':
      return `The user was removed in the meantime. See: ${countersign} users list`
    case 'not_member':
    case 'not_assigned':
      return `${field === 'userId' ? 'The user' : 'The group'} ${message}.`
    case 'invalid':
      return `The name of the ${field} ${message}.`
  }
}
