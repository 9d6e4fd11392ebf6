/** Finds the word that a misspelt one was meant to be. */

/** The candidate with the fewest edits (Levenshtein) from `word`, letter case aside; the first of equals. */
export function findNearest(word: string, candidates: readonly string[]): string | undefined {
  const scored = candidates.map((candidate) => ({
    candidate,
    edits: countEdits(word.toLowerCase(), candidate.toLowerCase()),
  }))
  return scored.sort((left, right) => left.edits - right.edits)[0]?.candidate
}

function countEdits(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index)
  for (const [taken, character] of [...from].entries()) {
    const next = [taken + 1]
    for (let index = 1; index <= to.length; index++) {
      const replaced = (row[index - 1] ?? 0) + (character === to[index - 1] ? 0 : 1)
      next.push(Math.min(replaced, (row[index] ?? 0) + 1, (next[index - 1] ?? 0) + 1))
    }
    row = next
  }
  return row.at(-1) ?? 0
}
