/** Asks a question at the terminal, on standard error: standard output is for results. */
import { createInterface } from 'node:readline/promises'
import { Writable } from 'node:stream'
import { CommandError } from '../command-error.ts'

/** @throws CommandError when the user ends the input instead: Ctrl-C, Ctrl-D */
export async function ask(question: string, { isSilent }: { readonly isSilent: boolean }): Promise<string> {
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() })
  const terminal = createInterface({
    input: process.stdin,
    output: isSilent ? silent : process.stderr,
    terminal: true,
  })
  if (isSilent) process.stderr.write(question)
  const ended = new Promise<never>((_resolve, reject) => {
    const stop = () => reject(new CommandError('Stopped. Nothing was changed.'))
    terminal.once('SIGINT', stop)
    terminal.once('close', stop)
  })
  try {
    return await Promise.race([terminal.question(isSilent ? '' : question), ended])
  } finally {
    ended.catch(() => {})
    terminal.close()
    if (isSilent) process.stderr.write('\n')
  }
}
