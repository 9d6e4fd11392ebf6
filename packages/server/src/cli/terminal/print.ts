/** Prints to standard output and standard error. */

export function print(text: string): void {
  process.stdout.write(`${text}\n`)
}

/** What a program that reads the output does not expect. */
export function printToTerminal(text: string): void {
  if (process.stdout.isTTY === true) print(text)
}

/** Prints a message, which may repeat what somebody else wrote: characters that a terminal would obey are shown as `?`. */
export function printError(text: string): void {
  process.stderr.write(`${text.replace(/(?![\n\t])[\p{Cc}\p{Cf}]/gu, '?')}\n`)
}

/** Prints JSON that a terminal can show. */
export function printJson(value: unknown): void {
  print(jsonOf(value, 2))
}

/** JSON without control characters, which a terminal would obey: `JSON.stringify` escapes only some of them. */
export function jsonOf(value: unknown, indent = 0): string {
  return JSON.stringify(value, null, indent).replace(/[\p{Cc}\p{Cf}]/gu, (character) =>
    character === '\n' ? character : escapeOf(character),
  )
}

function escapeOf(character: string): string {
  return character.replace(/[\s\S]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

/**
 * Ends the process when standard output takes no more: without a message when the reader of a pipe stops, such as `| head`, with the
 * exit status of SIGPIPE; with one line when the disk is full. A message that standard error does not take is lost.
 */
export function endWhenUnread(): void {
  process.stderr.on('error', () => {})
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(141)
    if (error.code !== 'ENOSPC') throw error
    printError('Standard output cannot be written: the disk is full.')
    process.exit(1)
  })
}
