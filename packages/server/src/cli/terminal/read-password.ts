/** Reads a password without showing it: from the terminal, or from the first line of standard input. Never from the arguments. */

import { countersign } from '../../config/called-as.ts'
import { CommandError } from '../command-error.ts'
import { utf8Decoder } from '../decode.ts'
import { ask } from './ask.ts'
import { printError } from './print.ts'

/** At a terminal, asks until the same password was given twice. @throws CommandError when there is none */
export async function readPassword(): Promise<string> {
  if (!process.stdin.isTTY) return await firstLine()
  for (;;) {
    const password = await ask('Password: ', { isSilent: true })
    if (password === (await ask('Again: ', { isSilent: true }))) return password
    printError('The two passwords differ. Enter them again.')
  }
}

/** Up to the first line feed. No other character ends a password. */
async function firstLine(): Promise<string> {
  const decode = utf8Decoder('The password')
  let text = ''
  for await (const chunk of process.stdin) text += decode(chunk)
  const [line = ''] = `${text}${decode()}`.split('\n', 1)
  const password = line.replace(/\r$/, '')
  if (password !== '') return password
  throw new CommandError(
    `Standard input has no password. For example: printf %s "$PASSWORD" | ${countersign} users add ...`,
  )
}
