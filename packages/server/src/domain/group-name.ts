/** The names of groups and roles. They go into tokens as they are, where other software compares them character by character. */

/** In UTF-16 units: the distinguished names of directories are long. */
const maxLength = 255

/** Why a group or a role cannot have the name, as what follows the field in a sentence; `undefined` when it can. */
export function groupNameProblem(name: unknown): string | undefined {
  if (typeof name !== 'string') return 'must be text'
  if (name === '') return 'is empty'
  if (name.length > maxLength) return `is longer than ${maxLength} characters`
  if (!name.isWellFormed()) return 'is not well-formed Unicode'
  if (/^\s|\s$/u.test(name)) return 'begins or ends with white space'
  // Two names that look the same must be the same.
  return /[\p{Cc}\p{Cf}\p{Co}\p{Cn}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u.test(name)
    ? 'contains invisible or control characters'
    : undefined
}
