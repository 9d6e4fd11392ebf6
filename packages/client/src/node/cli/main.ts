#!/usr/bin/env node
/** `npx @countersign/client`: logs a person in for scripts, and prints them a token that is good. */
import { ClientError } from '../../errors.ts'
import { tellOnTerminal } from '../terminal.ts'
import { readArguments, UsageError } from './arguments.ts'
import { commands } from './commands.ts'

const usage = `countersign-client - tokens for scripts, from any OAuth 2.1 or OpenID Connect issuer

  npx @countersign/client login  --issuer URL --client-id ID [--scope "openid ..."] [--device] [--port N]
  npx @countersign/client token  --issuer URL --client-id ID     print an access token that is good now
  npx @countersign/client whoami --issuer URL --client-id ID     tell who is logged in
  npx @countersign/client logout --issuer URL --client-id ID     revoke the tokens and forget them

  curl -H "Authorization: Bearer $(npx @countersign/client token --issuer URL --client-id ID)" https://api.example.com

login opens a browser on this machine; with --device, or over SSH if the issuer offers it, it shows a code to type in on
another one. The client needs the redirect URI http://127.0.0.1/callback; --port is for issuers that want its port registered.
To stay logged in, ask for offline_access in --scope. The tokens are in a file of the user's folder for settings that only
the user can read.

Exit codes: 0 done, 1 failed, 2 the command is written wrongly, 3 log in first.`

const [name, ...args] = process.argv.slice(2)
if (name === undefined || ['help', '--help', '-h'].includes(name) || args.includes('--help')) {
  process.stdout.write(`${usage}\n`)
} else {
  try {
    const command = Object.hasOwn(commands, name) ? commands[name] : undefined
    if (!command) throw new UsageError(`There is no command ${JSON.stringify(name)}`)
    const line = await command(readArguments(name, args))
    process.stdout.write(`${line}\n`)
  } catch (error) {
    fail(error)
  }
}

function fail(error: unknown): void {
  if (error instanceof ClientError && error.code === 'login_required') {
    tellOnTerminal(`${error.message}\nLog in: npx @countersign/client login ${args.join(' ')}`)
    process.exitCode = 3
  } else if (error instanceof ClientError) {
    tellOnTerminal(error.message)
    process.exitCode = 1
  } else if (error instanceof UsageError) {
    tellOnTerminal(`${error.message}\n\n${usage}`)
    process.exitCode = 2
  } else throw error
}
