/** Reads a text file that users and other programs write, such as `.env`. */
import { CommandError } from './command-error.ts'
import { readBounded } from './read-bounded.ts'

/**
 * The text without its byte order mark.
 * @throws CommandError when it is UTF-16, which neither git nor Node reads, and that of `readBounded`; the error of the file system
 */
export function readText(path: string): string {
  const bytes = readBounded(path)
  if (isUtf16(bytes)) {
    throw new CommandError(`${path} is UTF-16 text: save it as UTF-8. In Windows PowerShell, > writes UTF-16.`)
  }
  return bytes.toString('utf8').replace(/^\uFEFF/, '')
}

/** By its byte order mark, or by the null byte in each ASCII character, such as a line end. */
function isUtf16(bytes: Buffer): boolean {
  return /^(?:\xff\xfe|\xfe\xff)/.test(bytes.toString('latin1', 0, 2)) || bytes.includes(0)
}
