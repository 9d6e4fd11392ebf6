#!/usr/bin/env node
/** `npx @countersign/client`: logs in a user, and prints valid tokens for scripts. */
import { ClientError } from '../../errors.ts'
import { didYouMean } from '../../options/did-you-mean.ts'
import { isSystemError } from '../system-error.ts'
import { tellOnTerminal } from '../terminal.ts'
import { readArguments, UsageError } from './arguments.ts'
import { commands } from './commands.ts'

const usage = `countersign-client - tokens for scripts, from any OAuth 2.1 or OpenID Connect issuer

  npx @countersign/client login  --issuer URL --client-id ID [--scope "openid ..."] [--device] [--port N]
  npx @countersign/client token  --issuer URL --client-id ID     print a valid access token
  npx @countersign/client whoami --issuer URL --client-id ID     show who is logged in
  npx @countersign/client logout --issuer URL --client-id ID     revoke the tokens and forget them

  curl -H "Authorization: Bearer $(npx @countersign/client token --issuer URL --client-id ID)" https://api.example.com

login opens a browser on this machine. With --device, or over SSH if the issuer offers it, it shows a code to enter on another
device. The client needs the redirect URI http://127.0.0.1/callback; --port is for issuers that require its port to be registered.
To stay logged in, request offline_access with --scope. The tokens are in a file in the user's folder for settings that only the
user can read.

Exit codes: 0 done, 1 failed, 2 wrong command line, 3 log in first.`

// A reader may close the pipe, as `head` does.
process.stdout.on('error', (error) => {
  if (!isSystemError(error, 'EPIPE')) fail(`Standard output: ${error.message}`, 1)
})
// Without standard error, there is no place for a message.
process.stderr.on('error', () => {})

const [name, ...args] = process.argv.slice(2)
if (name === undefined || ['help', '--help', '-h'].includes(name) || args.includes('--help')) {
  process.stdout.write(`${usage}\n`)
} else {
  try {
    const command = Object.hasOwn(commands, name) ? commands[name] : undefined
    if (!command)
      throw new UsageError(`There is no command ${JSON.stringify(name)}${didYouMean(name, Object.keys(commands))}`)
    const line = await command(readArguments(name, args))
    process.stdout.write(`${line}\n`)
  } catch (error) {
    explain(error)
  }
}

/** Explains an error of the user, the issuer or the system. An error of this program itself is thrown. */
function explain(error: unknown): void {
  if (error instanceof UsageError) fail(`${error.message}\n\n${usage}`, 2)
  else if (error instanceof ClientError && error.code === 'login_required') {
    fail(`${error.message}\nLog in: npx @countersign/client login ${args.join(' ')}`, 3)
  } else if (error instanceof ClientError || (error instanceof Error && isSystemError(error))) fail(error.message, 1)
  else throw error
}

function fail(text: string, exitCode: number): void {
  tellOnTerminal(text)
  process.exitCode = exitCode
}
