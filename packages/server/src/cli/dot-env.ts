/** Reads `.env` in the current folder. */
import { readFileSync } from 'node:fs'
import { parseEnv } from 'node:util'
import { CommandError } from './command-error.ts'

/** Its variables; none when there is no such file. @throws CommandError when it cannot be read */
export function readDotEnv(): Readonly<Record<string, string | undefined>> {
  try {
    return parseEnv(readFileSync('.env', 'utf8').replace(/^\uFEFF/, ''))
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return {}
    throw new CommandError('.env cannot be read: check its permissions')
  }
}
