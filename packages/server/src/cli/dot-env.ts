/** Reads `.env` in the current folder. */
import { parseEnv } from 'node:util'
import { CommandError } from './command-error.ts'
import { fileErrorCode } from './file-error.ts'
import { readText } from './read-text.ts'

/** Its variables; none when there is no such file. @throws CommandError when it cannot be read */
export function readDotEnv(): Readonly<Record<string, string | undefined>> {
  try {
    return parseEnv(readText('.env'))
  } catch (error) {
    if (fileErrorCode(error) === 'ENOENT') return {}
    throw new CommandError('.env cannot be read: check its permissions')
  }
}
