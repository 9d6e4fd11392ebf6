/** Texts for the terminal. Control characters in them, from whatever source, do not reach it. */

/** A text for a part of one line. A mark replaces each character that would move the cursor or change the direction of text. */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '\ufffd')
}

/** Writes to standard error, so that standard output has only results. The text may have several lines. */
export function tellOnTerminal(text: string): void {
  process.stderr.write(`${text.split('\n').map(printable).join('\n')}\n`)
}
