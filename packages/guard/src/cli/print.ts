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
