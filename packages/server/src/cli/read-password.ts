/** Reads a password without showing it: from the terminal, or the first line of standard input. Never from argv. */
import { createInterface } from 'node:readline/promises'
import { Writable } from 'node:stream'
import { CommandError } from './command-error.ts'
import { utf8Decoder } from './decode.ts'

/** @throws CommandError when it is not given, or not given alike twice at a terminal */
export async function readPassword(): Promise<string> {
  if (!process.stdin.isTTY) return await firstLine()
  const password = await ask('Password: ')
  if (password !== (await ask('Once more: '))) throw new CommandError('The two passwords differ. Nothing was changed.')
  return password
}

/** Up to the first line feed: nothing else ends a password. */
async function firstLine(): Promise<string> {
  const decode = utf8Decoder('The password')
  let text = ''
  for await (const chunk of process.stdin) text += decode(chunk)
  const [line = ''] = `${text}${decode()}`.split('\n', 1)
  const password = line.replace(/\r$/, '')
  if (password !== '') return password
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
