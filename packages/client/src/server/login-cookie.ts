/** Remembers a log-in that is under way, in a sealed cookie of its own: several tabs may log in at once. */
import type { LoginTransaction } from '../oauth/authorization-request.ts'
import { loginLifetime } from '../oauth/authorization-response.ts'
import { sizeOfChunks } from './chunks.ts'
import { type CookieSettings, cookieLine, cookieRemoval, roomForCookies, type SetCookie, sizeOf } from './cookies.ts'
import type { Sealer } from './seal.ts'

/** A log-in that this browser has begun. */
export interface PendingLogin {
  readonly transaction: LoginTransaction
  /** The path where it ends. */
  readonly returnTo: string
}

type Cookies = ReadonlyMap<string, string>

/** So many unfinished log-ins of one browser are remembered. */
const maxPending = 4

/** Remembers one more; of too many, the oldest are forgotten. */
export async function rememberLogin(
  settings: CookieSettings,
  sealer: Sealer,
  cookies: Cookies,
  login: PendingLogin,
  setCookie: SetCookie,
): Promise<void> {
  const name = cookieName(settings, login.transaction.state)
  const sealed = await sealer.seal(textName(name), JSON.stringify(login), loginLifetime)
  const room = roomForCookies - sizeOf(name, sealed) - sizeOfChunks(cookies, settings.name)
  await forgetOldLogins(settings, sealer, cookies, { most: maxPending - 1, room }, setCookie)
  setCookie(cookieLine(settings, name, sealed, loginLifetime))
}

/** The log-in with that state, if this browser has begun it. */
export async function findLogin(
  settings: CookieSettings,
  sealer: Sealer,
  cookies: Cookies,
  state: string,
): Promise<PendingLogin | undefined> {
  return await openLogin(sealer, cookies, cookieName(settings, state))
}

/** It can't be answered a second time in this browser. Answers the other cookies. */
export function forgetLogin(
  settings: CookieSettings,
  cookies: Cookies,
  { transaction }: PendingLogin,
  setCookie: SetCookie,
): Cookies {
  const forgotten = cookieName(settings, transaction.state)
  setCookie(cookieRemoval(settings, forgotten))
  return new Map([...cookies].filter(([name]) => name !== forgotten))
}

/** How many log-ins may be left, and how many bytes of cookies they may take together. */
export interface LoginLimits {
  readonly most: number
  readonly room: number
}

/** Forgets the oldest log-ins, until the others are within the limits. */
export async function forgetOldLogins(
  settings: CookieSettings,
  sealer: Sealer,
  cookies: Cookies,
  { most, room }: LoginLimits,
  setCookie: SetCookie,
): Promise<void> {
  let taken = 0
  for (const [index, { name, size }] of (await listLogins(settings, sealer, cookies)).entries()) {
    taken += size
    if (index >= most || taken > room) setCookie(cookieRemoval(settings, name))
  }
}

/** The first half of the state tells log-ins apart; all of it is compared when the log-in is completed. */
function cookieName({ name }: CookieSettings, state: string): string {
  return `${name}-${state.slice(0, 21)}`
}

function textName(cookie: string): string {
  return `login ${cookie}`
}

async function openLogin(sealer: Sealer, cookies: Cookies, name: string): Promise<PendingLogin | undefined> {
  const text = await sealer.open(textName(name), cookies.get(name) ?? '')
  // Only rememberLogin seals under that name: it is as it was written.
  return text === undefined ? undefined : JSON.parse(text)
}

/** Those that this browser has, the newest first. What can't be opened is another's, or has ended. */
async function listLogins(
  settings: CookieSettings,
  sealer: Sealer,
  cookies: Cookies,
): Promise<readonly { readonly name: string; readonly size: number }[]> {
  const pending: { readonly name: string; readonly size: number; readonly startedAt: number }[] = []
  for (const [name, value] of cookies) {
    const login = name.startsWith(`${settings.name}-`) ? await openLogin(sealer, cookies, name) : undefined
    if (login) pending.push({ name, size: sizeOf(name, value), startedAt: login.transaction.startedAt })
  }
  return pending.sort((left, right) => right.startedAt - left.startedAt)
}
