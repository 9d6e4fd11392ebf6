/** The log-ins that are under way in this storage, by state: each is answered once, and several tabs may log in at a time. */

import { ClientError } from '../errors.ts'
import type { LoginTransaction } from '../oauth/authorization-request.ts'
import { loginLifetime } from '../oauth/authorization-response.ts'
import { parseJsonObject, readMember } from '../oauth/json.ts'
import type { TokensConfig } from './config.ts'

/** Older ones were given up. */
const mostLogins = 5

/** Remembers a log-in until it is answered, or too old. */
export async function keepLogin(config: TokensConfig, transaction: LoginTransaction): Promise<void> {
  await changeLogins(config, (logins) => [...logins, transaction].slice(-mostLogins))
}

/** Forgets the log-in and answers it, so that its answer is used once. @throws ClientError when there is none of that state */
export async function takeLogin(config: TokensConfig, state: string): Promise<LoginTransaction> {
  const former = await changeLogins(config, (logins) => logins.filter((login) => login.state !== state))
  const taken = former.find((login) => login.state === state)
  if (taken !== undefined) return taken
  const message = 'No log-in waits for this answer: begin the log-in again'
  throw new ClientError('state_mismatch', message)
}

/** Answers those that were there before. */
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

/** Those that are whole and not too old. */
function readLogins(text: string | undefined, now: number): readonly LoginTransaction[] {
  const logins = readMember(parseJsonObject(text ?? '') ?? {}, 'logins')
  const all = Array.isArray(logins) ? logins : []
  return all.filter((login) => typeof login?.scope === 'string' && now <= login.startedAt + loginLifetime)
}
