/** Reads a password without showing it: from the terminal, or from the first line of standard input. Never from the arguments. */

import { countersign } from '../../config/called-as.ts'
import { CommandError } from '../command-error.ts'
import { atTerminal } from './ask.ts'
import { firstLineOf } from './first-line.ts'
import { printError } from './print.ts'

/** At a terminal, asks until the same password was given twice. @throws CommandError when there is none */
export async function readPassword(): Promise<string> {
  if (!process.stdin.isTTY) return await firstLine('users add ...')
  return await atTerminal({ isSilent: true }, async (ask) => {
    for (;;) {
      const password = await ask('Password: ')
      if (password === (await ask('Again: '))) return password
      printError('The two passwords differ. Enter them again.')
    }
  })
}

/** One that exists, which is not asked for again. `command` is what reads it, such as `doctor --user tim`. @throws CommandError as `readPassword` */
export async function readKnownPassword(command: string): Promise<string> {
  if (!process.stdin.isTTY) return await firstLine(command)
  return await atTerminal({ isSilent: true }, (ask) => ask('Password: '))
}

/** @throws CommandError when it is empty */
async function firstLine(command: string): Promise<string> {
  const password = await firstLineOf(process.stdin)
  if (password !== '') return password
  throw new CommandError(
    `Standard input has no password. For example: printf %s "$PASSWORD" | ${countersign} ${command}`,
  )
}
