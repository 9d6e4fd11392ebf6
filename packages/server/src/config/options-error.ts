/** What is wrong with the options. */

/** One problem of an option, and how to solve it. */
export interface OptionProblem {
  readonly option: string
  readonly message: string
}

/** @property problems all problems, not only the first */
export class OptionsError extends Error {
  readonly problems: readonly OptionProblem[]

  constructor(problems: readonly OptionProblem[]) {
    super(problems.map(({ option, message }) => `${option} ${message}`).join('\n'))
    this.name = 'OptionsError'
    this.problems = problems
  }
}
