/** Finds the word that a misspelt one was meant to be. */

/** The candidate that has most of its pairs of letters in `word`, letter case aside; the first of equals. */
export function findNearest(word: string, candidates: readonly string[]): string | undefined {
  const written = word.toLowerCase()
  const likeness = (candidate: string): number => {
    const pairs = [...candidate.toLowerCase()].map((letter, index, letters) => `${letter}${letters[index + 1]}`)
    return pairs.filter((pair) => written.includes(pair)).length / pairs.length
  }
  return candidates.toSorted((left, right) => likeness(right) - likeness(left))[0]
}
