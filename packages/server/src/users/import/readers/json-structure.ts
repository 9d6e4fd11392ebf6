/** The brackets and commas of a JSON text that arrives in pieces. The strict parser checks everything else afterwards. */

/** `depth` counts the open brackets: with the one that opens, and with the one that closes. Returns `false` to stop. */
export type Visit = (character: '{' | '[' | '}' | ']' | ',', at: number, depth: number) => boolean

/** What finds the structure of one text, piece after piece. */
export function jsonStructure(): (piece: string, visit: Visit) => void {
  let depth = 0
  let isInString = false
  let isEscaped = false
  return (piece, visit) => {
    for (let at = 0; at < piece.length; at++) {
      const character = piece[at]
      if (isInString) {
        if (isEscaped) isEscaped = false
        else if (character === '\\') isEscaped = true
        else if (character === '"') isInString = false
      } else if (character === '"') isInString = true
      else if (character === '{' || character === '[') {
        if (!visit(character, at, ++depth)) return
      } else if (character === '}' || character === ']') {
        if (!visit(character, at, depth--)) return
      } else if (character === ',' && !visit(character, at, depth)) return
    }
  }
}
