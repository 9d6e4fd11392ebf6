/** Progress of rounds that take hours, on standard output. Rounds of seconds print nothing. */

export function report(what: string, done: number, of: number): void {
  if (process.env['SOAK'] === 'true' && done % 1000 === 0) process.stdout.write(`${done} of ${of} ${what}\n`)
}
