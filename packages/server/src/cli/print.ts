/** Prints to the terminal. */

export function print(text: string): void {
  process.stdout.write(`${text}\n`)
}

/**
 * Ends the process when standard output takes no more: without a message when the reader of a pipe stops, such as `| head`, with the
 * exit status of SIGPIPE; with one line when the disk is full.
 */
export function endWhenUnread(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(141)
    if (error.code !== 'ENOSPC') throw error
    printError('Standard output cannot be written: the disk is full.')
    process.exit(1)
  })
}

export function printError(text: string): void {
  process.stderr.write(`${text}\n`)
}

/** Whether standard error is a terminal, not a file or a pipe. */
function isTerminal(): boolean {
  return process.stderr.isTTY === true
}

/** Shows the progress of long work on one line, which each call replaces. Prints nothing outside of a terminal. */
export function printProgress(text: string): void {
  if (isTerminal()) process.stderr.write(`\r\u001b[K${text}`)
}
