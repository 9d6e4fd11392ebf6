/** Lines for the person at the terminal. */

/** Standard error, so that what a program prints for another one stays clean. */
export function tellOnTerminal(text: string): void {
  process.stderr.write(`${text}\n`)
}
