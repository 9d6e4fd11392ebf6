/** Finds the word that a misspelt one was meant to be. */

/** The candidate that differs from `word` in the shortest stretch, letter case aside; the first of equals. */
export function findNearest(word: string, candidates: readonly string[]): string | undefined {
  const measured = candidates.map((candidate) => ({
    candidate,
    difference: measureDifference(word.toLowerCase(), candidate.toLowerCase()),
  }))
  return measured.sort((left, right) => left.difference - right.difference)[0]?.candidate
}

/** How long the stretch is in which the two differ. */
function measureDifference(from: string, to: string): number {
  const shorter = Math.min(from.length, to.length)
  let start = 0
  while (start < shorter && from[start] === to[start]) start++
  let end = 0
  while (start + end < shorter && from.at(-1 - end) === to.at(-1 - end)) end++
  return Math.max(from.length, to.length) - start - end
}
