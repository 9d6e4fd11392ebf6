/** What is wrong with a record that is no strict JSON, as what follows its place in a sentence. */
export const jsonFaults: {
  readonly syntax_error: string
  readonly duplicate_member: string
  readonly too_deep: string
} = {
  syntax_error: 'is not valid JSON',
  duplicate_member: 'has the same name twice in one object',
  too_deep: 'is nested too deeply',
}
