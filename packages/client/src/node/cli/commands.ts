/** What the commands do with a client whose tokens are in the file of this issuer and client. */
import { type Client, createClient } from '../../client.ts'
import { ClientError } from '../../errors.ts'
import { defaultTokenFile } from '../config-folder.ts'
import { fileStorage } from '../file-storage.ts'
import { logIn } from '../log-in.ts'
import { logInWithDevice } from '../log-in-with-device.ts'
import { type Arguments, UsageError } from './arguments.ts'

/** Does it and answers what to print on standard output. */
export type Command = (args: Arguments) => Promise<string>

/** The commands by name. */
export const commands: Readonly<Record<string, Command>> = { login, token, whoami, logout }

async function login(args: Arguments): Promise<string> {
  const client = openClient(args)
  const { claims } = args.isDevice ? await logInWithDevice(client) : await logIn(client, { port: args.port })
  const name = claims?.['name'] ?? claims?.['preferred_username'] ?? claims?.sub
  return name === undefined ? 'Logged in.' : `Logged in as ${printable(String(name))}.`
}

/** Nothing but the token, for `$(...)` in a script. */
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
  try {
    await openClient(args).revoke()
  } catch (error) {
    // RFC 7009 is an option of issuers: the tokens are forgotten here in any case.
    if (!(error instanceof ClientError && error.code === 'endpoint_missing')) throw error
    return 'Logged out here. The issuer revokes no tokens: they end by themselves.'
  }
  return 'Logged out: the tokens are revoked.'
}

/** @throws UsageError for a flag that no client can have */
function openClient({ issuer, clientId, scope }: Arguments): Client {
  if (!URL.canParse(issuer)) throw new UsageError('--issuer must be a URL, as in --issuer https://login.example.com')
  const storage = fileStorage(defaultTokenFile('countersign', issuer, clientId))
  try {
    return createClient({ issuer, clientId, storage, ...(scope !== undefined && { scope }) })
  } catch (error) {
    throw error instanceof TypeError ? new UsageError(error.message) : error
  }
}

/** What others wrote, without what moves the cursor or turns the direction of a line. */
function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '\ufffd')
}
