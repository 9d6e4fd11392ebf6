/** The commands. The tokens of each issuer and client are in their own file. */
import { type Client, createClient } from '../../client.ts'
import { ClientError } from '../../errors.ts'
import { defaultTokenFile } from '../config-folder.ts'
import { logInWithDevice } from '../device-login.ts'
import { fileStorage } from '../file-storage.ts'
import { logIn } from '../login.ts'
import { printable } from '../terminal.ts'
import { type Arguments, UsageError } from './arguments.ts'

/** Returns the text for standard output. */
export type Command = (args: Arguments) => Promise<string>

/** The commands by name. */
export const commands: Readonly<Record<string, Command>> = { login, token, whoami, logout }

async function login(args: Arguments): Promise<string> {
  const client = openClient(args)
  const { claims } = args.isDevice ? await logInWithDevice(client) : await logIn(client, { port: args.port })
  const name = claims?.['name'] ?? claims?.['preferred_username'] ?? claims?.sub
  return name === undefined ? 'Logged in.' : `Logged in as ${printable(String(name))}.`
}

/** Prints nothing but the token, for `$(...)` in a script. */
async function token(args: Arguments): Promise<string> {
  return await openClient(args).accessToken()
}

async function whoami(args: Arguments): Promise<string> {
  const client = openClient(args)
  const tokens = await client.tokens()
  if (tokens === undefined) throw new ClientError('login_required', 'Nobody is logged in')
  const { claims, scopes } = tokens
  const lines = { subject: claims?.sub, name: claims?.['name'], email: claims?.['email'], scopes: scopes.join(' ') }
  return Object.entries(lines)
    .map(([label, value]) => `${label.padEnd(9)}${printable(String(value ?? '-'))}`)
    .join('\n')
}

async function logout(args: Arguments): Promise<string> {
  const client = openClient(args)
  if ((await client.tokens()) === undefined) return 'Nobody is logged in.'
  try {
    await client.revoke()
  } catch (error) {
    if (!(error instanceof ClientError)) throw error
    // RFC 7009 is optional for issuers.
    if (error.code === 'endpoint_missing') {
      return 'Logged out here. The issuer cannot revoke tokens: they stay valid until they expire.'
    }
    const isKept = (await client.tokens()) !== undefined
    const consequence = isKept ? 'You are still logged in: try again' : 'The tokens are only forgotten here'
    throw new ClientError(error.code, `Not revoked: ${error.message}\n${consequence}`, { cause: error })
  }
  return 'Logged out: the tokens are revoked.'
}

/** @throws UsageError for a flag that is wrong as an option of the client */
function openClient({ issuer, clientId, scope }: Arguments): Client {
  if (!URL.canParse(issuer)) throw new UsageError('--issuer must be a URL, as in --issuer https://login.example.com')
  const storage = fileStorage(defaultTokenFile('countersign', issuer, clientId))
  try {
    return createClient({ issuer, clientId, storage, ...(scope !== undefined && { scope }) })
  } catch (error) {
    throw error instanceof TypeError ? new UsageError(error.message) : error
  }
}
