/** Asks questions at the terminal, on standard error: standard output is for results. */
import { createInterface } from 'node:readline'
import { Writable } from 'node:stream'
import { CommandError } from '../command-error.ts'

/** @throws CommandError when the user ends the input instead: Ctrl-C, Ctrl-D */
export type Ask = (question: string) => Promise<string>

/** For one question. @throws CommandError as `Ask` */
export function ask(question: string): Promise<string> {
  return atTerminal({ isSilent: false }, (askHere) => askHere(question))
}

/** For several questions. Lines that the user pasted together answer one after the other. */
export async function atTerminal<Result>(
  { isSilent }: { readonly isSilent: boolean },
  work: (ask: Ask) => Promise<Result>,
): Promise<Result> {
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() })
  const terminal = createInterface({
    input: process.stdin,
    output: isSilent ? silent : process.stderr,
    terminal: true,
    historySize: 0,
  })
  const lines = terminal[Symbol.asyncIterator]()
  terminal.once('SIGINT', () => terminal.close())
  const askHere: Ask = async (question) => {
    if (isSilent) process.stderr.write(question)
    terminal.setPrompt(isSilent ? '' : question)
    terminal.prompt()
    const { done, value } = await lines.next()
    if (isSilent) process.stderr.write('\n')
    if (done === true) throw new CommandError('Stopped. Nothing was changed.')
    return value
  }
  try {
    return await work(askHere)
  } finally {
    terminal.close()
  }
}
