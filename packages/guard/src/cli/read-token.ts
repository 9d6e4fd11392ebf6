/** Reads the token from standard input, which does not appear in a shell history or a list of processes. */
import { printError } from './print.ts'
import { UsageError } from './usage-error.ts'

/** Longer than any token: limits an endless input. */
const maxCharacters = 1024 * 1024

/** The text without surrounding whitespace, and without a copied `Bearer`. */
export async function readToken(): Promise<string> {
  if (process.stdin.isTTY) printError('Paste the token, then press Enter and Ctrl-D.')
  let text = ''
  for await (const chunk of process.stdin.setEncoding('utf8')) {
    text += chunk
    if (text.length > maxCharacters)
      throw new UsageError('Standard input is longer than any token: send only the token.')
  }
  const token = text.trim().replace(/^(bearer|dpop) +/i, '')
  if (token === '') throw new UsageError('There is no token: give it after `explain`, or send it to standard input.')
  return token
}
