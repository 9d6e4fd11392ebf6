/** Lines for the person at the terminal, of which nothing but its text reaches it, whoever wrote it. */

/** A text for a part of one line, with a mark in place of what would move the cursor or turn the direction of what follows. */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '\ufffd')
}

/** Standard error, so that what a program prints for another one stays clean. The text may have several lines. */
export function tellOnTerminal(text: string): void {
  process.stderr.write(`${text.split('\n').map(printable).join('\n')}\n`)
}
