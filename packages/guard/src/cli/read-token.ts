/** Reads the token from standard input: there it gets into no shell history and no list of processes. */
import { printError } from './print.ts'
import { UsageError } from './usage-error.ts'

/** No token is as long; whoever sends a file without end is not read to it. */
const mostCharacters = 1024 * 1024

/** The text without the spaces and line breaks around it, and without a copied `Bearer`. */
export async function readToken(): Promise<string> {
  if (process.stdin.isTTY) printError('Paste the token, then press Enter and Ctrl-D.')
  let text = ''
  for await (const chunk of process.stdin.setEncoding('utf8')) {
    text += chunk
    if (text.length > mostCharacters)
      throw new UsageError('Standard input is longer than any token: send the token alone.')
  }
  const token = text.trim().replace(/^(bearer|dpop) +/i, '')
  if (token === '') throw new UsageError('There is no token: give it behind `explain`, or send it on standard input.')
  return token
}
