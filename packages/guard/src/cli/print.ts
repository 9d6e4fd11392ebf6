/** Output for a terminal: what a token contains must not move the cursor, change colors or reverse the line. */

export function print(text: string): void {
  process.stdout.write(`${text}\n`)
}

/** Ends the process silently when the reader of its output ends, such as `head`, with the exit code that a shell uses for SIGPIPE. */
export function exitOnClosedOutput(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
    process.exit(141)
  })
}

export function printError(text: string): void {
  process.stderr.write(`${text}\n`)
}

// Control and format characters, line and paragraph separators, and unassigned characters.
const unsafe = /[\p{C}\p{Zl}\p{Zp}]/gu

/** Writes a value as JSON on one line, unsafe characters as escapes. */
export function printableJson(value: unknown): string {
  return escapeUnsafe(JSON.stringify(value))
}

/** The same on several lines. */
export function printableDocument(value: unknown): string {
  return JSON.stringify(value, undefined, 2).split('\n').map(escapeUnsafe).join('\n')
}

/** Replaces unsafe characters by JSON's escapes. */
export function escapeUnsafe(text: string): string {
  return text.replace(unsafe, (character) =>
    Array.from({ length: character.length }, (_, index) => escapeUnit(character.charCodeAt(index))).join(''),
  )
}

function escapeUnit(unit: number): string {
  return `\\u${unit.toString(16).padStart(4, '0')}`
}
