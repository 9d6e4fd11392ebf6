/** Suggests the name that a misspelt one was meant to be. */

/** `: did you mean NAME?`, or nothing when no name is alike. */
export function didYouMean(word: string, names: readonly string[]): string {
  const near = names.find((name) => isAlike(name.toLowerCase(), word.toLowerCase()))
  return near === undefined ? '' : `: did you mean ${near}?`
}

/** Whether one is the beginning of the other, or they differ in one character left out, put in or changed, or two neighbours swapped. */
function isAlike(name: string, word: string): boolean {
  if (name.startsWith(word) || word.startsWith(name)) return true
  let same = 0
  while (same < name.length && name[same] === word[same]) same++
  const [rest, other] = [name.slice(same), word.slice(same)]
  const isSwapped = rest[0] === other[1] && rest[1] === other[0] && rest.slice(2) === other.slice(2)
  return isSwapped || rest.slice(1) === other || rest === other.slice(1) || rest.slice(1) === other.slice(1)
}
