/** Suggests the name that a misspelt one was probably meant to be. */

/**
 * `: did you mean NAME?`, or the empty string when no name is similar. Letter case does not count.
 *
 * Chooses the name that needs the fewest edits (Damerau-Levenshtein: leave out, add or replace a character, or swap two neighbors):
 * one, or up to three if they are at most a third of its characters. Otherwise, a name that begins with the word or is its beginning.
 */
export function didYouMean(word: string, names: readonly string[]): string {
  const text = word.toLowerCase()
  const find = (isSimilar: (name: string) => boolean) => names.find((name) => isSimilar(name.toLowerCase()))
  const findWithin = (edits: number) =>
    find((name) => (edits < 2 || edits <= name.length / 3) && isWithin(edits, text, name))
  const findPrefix = () => find((name) => text !== '' && (name.startsWith(text) || text.startsWith(name)))
  const meant = findWithin(0) ?? findWithin(1) ?? findWithin(2) ?? findWithin(3) ?? findPrefix()
  return meant === undefined ? '' : `: did you mean ${meant}?`
}

/** Whether at most so many edits turn one text into the other. */
function isWithin(edits: number, text: string, other: string): boolean {
  if (text === '' || other === '') return text.length + other.length <= edits
  if (text[0] === other[0]) return isWithin(edits, text.slice(1), other.slice(1))
  if (edits === 0) return false
  const isSwapped = text[0] === other[1] && text[1] === other[0]
  return (
    isWithin(edits - 1, text.slice(1), other) ||
    isWithin(edits - 1, text, other.slice(1)) ||
    isWithin(edits - 1, text.slice(1), other.slice(1)) ||
    (isSwapped && isWithin(edits - 1, text.slice(2), other.slice(2)))
  )
}
