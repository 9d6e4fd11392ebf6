/** Says what is wrong with a user in sentences. */

import { countersign } from '../../config/called-as.ts'
import { UserError, type UserProblem } from '../../users/user-problem.ts'
import { CommandError } from '../command-error.ts'

/** Performs the operation. @throws CommandError that names the field and the fix */
export async function explainUser<Result>(operation: () => Promise<Result>): Promise<Result> {
  try {
    return await operation()
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    throw new CommandError(error.problems.map(sentence).join('\n'))
  }
}

function sentence({ code, field, message }: UserProblem): string {
  if (code === 'unknown_user') return `The user was removed in the meantime. See: ${countersign} users list`
  return `The ${fieldName(field)} ${message}.`
}

function fieldName(field: UserProblem['field']): string {
  switch (field) {
    case 'email':
      return 'e-mail address'
    case 'fullName':
      return 'full name'
    default:
      return field.replace(/^claims\./, 'claim ').replace(/^attributes\./, 'attribute ')
  }
}
