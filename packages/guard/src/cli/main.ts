#!/usr/bin/env node
/** The `countersign-guard` command: finds what to do, and tells what went wrong in one line. */
import { explainCommand } from './explain-command.ts'
import { endWhenUnread, escapeUnsafe, print, printError } from './print.ts'
import { UsageError } from './usage-error.ts'

const usage = `countersign-guard explain [TOKEN] [flags] - what a guard would decide about an access token, and why

The token is read from standard input when it is left out or "-". Better so: arguments stay in the history of the
shell, and everyone on this machine can see them. Nothing is sent anywhere, unless --fetch is given.

  --issuer URL              what iss must be
  --audience URL            what aud must contain: the API's own identifier
  --type at+jwt|JWT         JWT for issuers that do not follow RFC 9068 (default: at+jwt; JWT with --secret-file)
  --scope "A B"             the scopes that a route requires
  --includes "A=B A=C"      scopes that include others: the guard's scopeHierarchy
  --jwks FILE               the issuer's keys, as its jwks_uri answers them
  --secret-file FILE        a secret for HS256, as in the FastAPI tutorial
  --fetch                   fetch the keys of --issuer
  --clock-tolerance SECONDS how far nbf and iat may lie ahead, 0 to 60 (default: 30)
  --max-token-length N      the most characters of a token (default: 16384)
  --at TIME                 decide as of then: seconds since the epoch, or as 2026-01-31T12:00:00Z (default: now)
  --json                    answer as JSON

Marks: ✓ passed, ✗ failed, – not checked, and why. Exit code: 0 the token passes, 1 it is refused or could not be
checked wholly, 2 the command was called wrongly or the keys are not to be had.`

endWhenUnread()
process.exitCode = await run(process.argv.slice(2))

async function run(args: readonly string[]): Promise<number> {
  const [command, ...rest] = args
  if (command === 'help' || args.includes('--help') || args.includes('-h')) {
    print(usage)
    return 0
  }
  try {
    // Not told which: it could be the token.
    if (command !== 'explain') throw new UsageError('There is one command: countersign-guard explain.')
    return await explainCommand(rest)
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    printError(`countersign-guard: ${escapeUnsafe(error.message)}\nTry countersign-guard --help.`)
    return 2
  }
}
