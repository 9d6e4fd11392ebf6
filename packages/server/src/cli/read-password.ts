/** Reads a password without showing it: from the terminal, or the first line of standard input. Never from argv. */
import { createInterface } from 'node:readline/promises'
import { Writable } from 'node:stream'
import { CommandError } from './command-error.ts'

/** @throws CommandError when it is not given, or not given alike twice at a terminal */
export async function readPassword(): Promise<string> {
  if (!process.stdin.isTTY) return await firstLine()
  const password = await ask('Password: ')
  if (password !== (await ask('Once more: '))) throw new CommandError('The two passwords differ. Nothing was changed.')
  return password
}

async function firstLine(): Promise<string> {
  for await (const line of createInterface({ input: process.stdin })) return line
  throw new CommandError(
    'No password came on standard input. For example: printf %s "$PASSWORD" | countersign users add ...',
  )
}

async function ask(prompt: string): Promise<string> {
  process.stderr.write(prompt)
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() })
  const terminal = createInterface({ input: process.stdin, output: silent, terminal: true })
  try {
    return await terminal.question('')
  } finally {
    terminal.close()
    process.stderr.write('\n')
  }
}
