/** Short alternating rounds: other load on the machine then falls on both sides, and the median forgets the worst of it. */

/** Measures `peer` and `subject` by turns. */
export async function alternate<Outcome>(
  rounds: number,
  peer: () => Promise<Outcome>,
  subject: () => Promise<Outcome>,
): Promise<readonly { readonly peer: Outcome; readonly subject: Outcome }[]> {
  const pairs: { peer: Outcome; subject: Outcome }[] = []
  for (let round = 0; round < rounds; round++) pairs.push({ peer: await peer(), subject: await subject() })
  return pairs
}

/** The middle value; of an even number the lower of the two. @throws RangeError when there is none */
export function median(values: readonly number[]): number {
  const middle = values.toSorted((left, right) => left - right)[Math.floor((values.length - 1) / 2)]
  if (middle === undefined) throw new RangeError('there is no median of nothing')
  return middle
}
