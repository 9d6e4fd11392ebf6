/** Remembers a log-in that is under way, in a sealed cookie of its own: several tabs may log in at once. */
import type { LoginTransaction } from '../begin-login.ts'
import { loginLifetime } from '../complete-login.ts'
import { type CookieSettings, cookieLine, cookieRemoval, type SetCookie } from './cookies.ts'
import type { Sealer } from './seal.ts'

/** A log-in that this browser has begun. */
export interface PendingLogin {
  readonly transaction: LoginTransaction
  /** The path where it ends. */
  readonly returnTo: string
}

/** So many unfinished log-ins of one browser are remembered: more would fill up its cookies. */
const mostPending = 4

/** Remembers one more; of too many, the oldest are forgotten. */
export async function rememberLogin(
  settings: CookieSettings,
  sealer: Sealer,
  cookies: ReadonlyMap<string, string>,
  login: PendingLogin,
  setCookie: SetCookie,
): Promise<void> {
  for (const oldest of await findOldest(settings, sealer, cookies)) setCookie(cookieRemoval(settings, oldest))
  const name = cookieName(settings, login.transaction.state)
  setCookie(cookieLine(settings, name, await sealer.seal(name, JSON.stringify(login), loginLifetime), loginLifetime))
}

/** The log-in with that state, if this browser has begun it. */
export async function findLogin(
  settings: CookieSettings,
  sealer: Sealer,
  cookies: ReadonlyMap<string, string>,
  state: string,
): Promise<PendingLogin | undefined> {
  const name = cookieName(settings, state)
  const text = await sealer.open(name, cookies.get(name) ?? '')
  // What was sealed here is as it was written.
  return text === undefined ? undefined : JSON.parse(text)
}

/** It can't be answered a second time in this browser. */
export function forgetLogin(settings: CookieSettings, { transaction }: PendingLogin, setCookie: SetCookie): void {
  setCookie(cookieRemoval(settings, cookieName(settings, transaction.state)))
}

/** The first half of the state tells log-ins apart; all of it is compared when the log-in is completed. */
function cookieName({ name }: CookieSettings, state: string): string {
  return `${name}-${state.slice(0, 21)}`
}

/** The cookies of the oldest log-ins, which must go so that there is room for one more. */
async function findOldest(
  settings: CookieSettings,
  sealer: Sealer,
  cookies: ReadonlyMap<string, string>,
): Promise<readonly string[]> {
  const pending: { readonly name: string; readonly startedAt: number }[] = []
  for (const [name, value] of cookies) {
    const text = name.startsWith(`${settings.name}-`) ? await sealer.open(name, value) : undefined
    if (text === undefined) continue
    const { transaction }: PendingLogin = JSON.parse(text)
    pending.push({ name, startedAt: transaction.startedAt })
  }
  pending.sort((left, right) => right.startedAt - left.startedAt)
  return pending.slice(mostPending - 1).map(({ name }) => name)
}
