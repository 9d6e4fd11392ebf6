/** The logins that have begun, in the storage, by state. Each is completed once; several tabs may log in at the same time. */
import { ClientError } from '../errors.ts'
import type { LoginTransaction } from '../oauth/authorization-request.ts'
import { loginLifetime } from '../oauth/authorization-response.ts'
import { parseJsonObject, readMember } from '../oauth/json.ts'
import type { TokensConfig } from './config.ts'

/** The oldest of more logins are forgotten. */
const maxLogins = 5

/** Keeps a login until it is completed or too old. */
export async function keepLogin(config: TokensConfig, transaction: LoginTransaction): Promise<void> {
  await changeLogins(config, (logins) => [...logins, transaction].slice(-maxLogins))
}

/** Removes the login and returns it, so that it is completed once. @throws ClientError when no login has that state */
export async function takeLogin(config: TokensConfig, state: string): Promise<LoginTransaction> {
  const former = await changeLogins(config, (logins) => logins.filter((login) => login.state !== state))
  const taken = former.find((login) => login.state === state)
  if (taken !== undefined) return taken
  throw new ClientError('state_mismatch', 'The response belongs to no login that has begun: log in again')
}

/** Returns the logins before the change. */
async function changeLogins(
  config: TokensConfig,
  change: (logins: readonly LoginTransaction[]) => readonly LoginTransaction[],
): Promise<readonly LoginTransaction[]> {
  const { storage, issuer, clientId } = config
  const key = `countersign ${issuer} ${clientId} logins`
  return await storage.lock(key, async () => {
    const text = await storage.get(key)
    const former = readLogins(text, config.now())
    const logins = change(former)
    const changed = logins.length > 0 ? JSON.stringify({ logins }) : undefined
    if (changed !== text) await (changed ? storage.set(key, changed) : storage.remove(key))
    return former
  })
}

/** Those that are complete and not too old. */
function readLogins(text: string | undefined, now: number): readonly LoginTransaction[] {
  const logins = readMember(parseJsonObject(text ?? '') ?? {}, 'logins')
  const all = Array.isArray(logins) ? logins : []
  return all.filter((login) => typeof login?.scope === 'string' && now <= login.startedAt + loginLifetime)
}
