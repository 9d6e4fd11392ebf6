/** The first line of standard input. */
import { CommandError } from '../command-error.ts'
import { utf8Decoder } from '../decode.ts'

/** Bytes. More than the longest password has. */
const limit = 64 * 1024

/**
 * Up to the first line feed, or to the end when there is none. What comes after it is not waited for: a program may keep the pipe open.
 * @throws CommandError
 */
export async function firstLineOf(input: AsyncIterable<Uint8Array>): Promise<string> {
  const decode = utf8Decoder('The password')
  let line = ''
  let length = 0
  for await (const chunk of input) {
    const end = chunk.indexOf(0x0a)
    line += decode(end === -1 ? chunk : chunk.subarray(0, end))
    if (end !== -1) break
    length += chunk.length
    if (length > limit) throw new CommandError('The first line of standard input is too long to be a password.')
  }
  return (line + decode()).replace(/\r$/, '')
}
