/** Lines for the person at the terminal. */

export function print(text: string): void {
  process.stdout.write(`${text}\n`)
}

/** Ends the process without a word when nobody reads on, as `| head` does not: with the status that a shell tells of SIGPIPE. */
export function endWhenUnread(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
    process.exit(141)
  })
}

export function printError(text: string): void {
  process.stderr.write(`${text}\n`)
}

/** Whether someone sits there, rather than a file or another program. */
function isTerminal(): boolean {
  return process.stderr.isTTY === true
}

/** Shows how far long work is, on one line that is written over; silent where nobody watches. */
export function printProgress(text: string): void {
  if (isTerminal()) process.stderr.write(`\r\u001b[K${text}`)
}
