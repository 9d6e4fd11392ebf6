#!/usr/bin/env node
/** The `countersign-guard` command: runs the command, and reports errors in one line. */
import { explainCommand } from './explain-command.ts'
import { escapeUnsafe, exitOnClosedOutput, print, printError } from './print.ts'
import { UsageError } from './usage-error.ts'

const usage = `countersign-guard explain [TOKEN] [flags] - what a guard would decide about an access token, and why

Without TOKEN, or with "-", the token is read from standard input. Prefer that: arguments stay in the history of the
shell, and everyone on this machine can see them. Nothing is sent anywhere without --fetch.

  --issuer URL              the required value of iss
  --audience URL            the identifier of the API, which aud must contain
  --type at+jwt|JWT         JWT for issuers that do not follow RFC 9068 (default: at+jwt; JWT with --secret-file)
  --scope "A B"             the scopes that a route requires
  --scope-claim NAME        the claim with the scopes (default: scope, or without it scp)
  --includes "A=B A=C"      scopes that include others: the guard's scopeHierarchy
  --jwks FILE               the issuer's keys, as served at its jwks_uri
  --secret-file FILE        a secret for HS256, as in the FastAPI tutorial
  --fetch                   fetch the keys of --issuer
  --clock-tolerance SECONDS how far nbf and iat may be ahead, 0 to 60 (default: 30)
  --max-token-length N      the maximum number of characters of a token (default: 16384)
  --at TIME                 decide for this time: seconds since the epoch, or 2026-01-31T12:00:00Z (default: now)
  --json                    print JSON

Marks: ✓ passed, ✗ failed, – not checked, and why. Exit code: 0 the token passes, 1 it is rejected or could not be
checked completely, 2 the command line is wrong or the keys are unavailable.`

exitOnClosedOutput()
process.exitCode = await run(process.argv.slice(2))

async function run(args: readonly string[]): Promise<number> {
  const [command, ...rest] = args
  if (command === 'help' || args.includes('--help') || args.includes('-h')) {
    print(usage)
    return 0
  }
  try {
    // Does not repeat the input: it could be the token.
    if (command !== 'explain') throw new UsageError('There is one command: countersign-guard explain.')
    return await explainCommand(rest)
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    printError(`countersign-guard: ${escapeUnsafe(error.message)}\nTry countersign-guard --help.`)
    return 2
  }
}
