/** Reads a password without showing it: from the terminal, or from the first line of standard input. Never from the arguments. */
import { createInterface } from 'node:readline/promises'
import { Writable } from 'node:stream'
import { CommandError } from './command-error.ts'
import { utf8Decoder } from './decode.ts'

/** @throws CommandError when there is none, or when the two at a terminal differ */
export async function readPassword(): Promise<string> {
  if (!process.stdin.isTTY) return await firstLine()
  const password = await ask('Password: ')
  if (password !== (await ask('Again: '))) throw new CommandError('The two passwords differ. Nothing was changed.')
  return password
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
    'Standard input has no password. For example: printf %s "$PASSWORD" | countersign users add ...',
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
