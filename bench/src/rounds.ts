/** Short alternating rounds: other load on the machine then falls on both sides, and the median forgets the worst of it. */

/** What one round measured. */
export interface Pair<Outcome> {
  readonly peer: Outcome
  readonly subject: Outcome
}

/** Measures `peer` and `subject` by turns. */
export async function alternate<Outcome>(
  rounds: number,
  peer: () => Promise<Outcome>,
  subject: () => Promise<Outcome>,
): Promise<readonly Pair<Outcome>[]> {
  const pairs: Pair<Outcome>[] = []
  for (let round = 0; round < rounds; round++) pairs.push({ peer: await peer(), subject: await subject() })
  return pairs
}

/** Measures each of them by turns. Answers what each measured, in their order. */
export async function takeTurns<Outcome>(
  rounds: number,
  measures: readonly (() => Promise<Outcome>)[],
): Promise<readonly (readonly Outcome[])[]> {
  const outcomes = measures.map((): Outcome[] => [])
  for (let round = 0; round < rounds; round++) {
    for (const [index, measure] of measures.entries()) outcomes[index]?.push(await measure())
  }
  return outcomes
}

/** The median of each side as text, such as `51 beside 102`. */
export function beside<Outcome>(
  pairs: readonly Pair<Outcome>[],
  measure: (outcome: Outcome) => number,
  digits: number,
): string {
  const of = (side: keyof Pair<Outcome>) => median(pairs.map((pair) => measure(pair[side]))).toFixed(digits)
  return `${of('subject')} beside ${of('peer')}`
}

/** The middle value; of an even number the lower of the two. @throws RangeError when there is none */
export function median(values: readonly number[]): number {
  const middle = values.toSorted((left, right) => left - right)[Math.floor((values.length - 1) / 2)]
  if (middle === undefined) throw new RangeError('there is no median of nothing')
  return middle
}
