/** How many columns a text takes on a terminal. */

const graphemes = new Intl.Segmenter()

/** Characters that terminals draw two columns wide: those of East Asian scripts, full-width forms and emoji. */
const wide =
  /^(?:\p{Emoji_Presentation}|.\uFE0F|[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\u3000-\u303E\uFF01-\uFF60\uFFE0-\uFFE6])/u

export function textWidth(text: string): number {
  // Most texts are ASCII: one column for each character.
  if (/^[\x20-\x7e]*$/.test(text)) return text.length
  return widthsOf(text).reduce((sum, { width }) => sum + width, 0)
}

/** The text, or when it is wider than `width`, its beginning and `…`. */
export function shorten(text: string, width: number): string {
  if (textWidth(text) <= width) return text
  let used = 1
  let kept = ''
  for (const part of widthsOf(text)) {
    used += part.width
    if (used > width) break
    kept += part.segment
  }
  return `${kept}…`
}

/** With spaces at its end, up to `width` columns. */
export function pad(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - textWidth(text)))
}

function widthsOf(text: string): readonly { readonly segment: string; readonly width: number }[] {
  return Array.from(graphemes.segment(text), ({ segment }) => ({ segment, width: wide.test(segment) ? 2 : 1 }))
}
