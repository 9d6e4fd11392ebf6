/** Remembers each login under way in a sealed cookie of its own: several tabs may log in at the same time. */
import type { LoginTransaction } from '../oauth/authorization-request.ts'
import { loginLifetime } from '../oauth/authorization-response.ts'
import { sizeOfChunks } from './chunks.ts'
import { type CookieSettings, cookieLine, cookieRemoval, roomForCookies, type SetCookie, sizeOf } from './cookies.ts'
import type { Sealer } from './seal.ts'

/** A login that this browser has begun. */
export interface PendingLogin {
  readonly transaction: LoginTransaction
  /** The path that the browser goes to after the login. */
  readonly returnTo: string
}

type Cookies = ReadonlyMap<string, string>

/** How many logins under way are remembered for one browser. */
const maxPending = 4

/** Remembers one more login. If there are too many, the oldest are forgotten. */
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
  await forgetOldLogins(settings, sealer, cookies, { max: maxPending - 1, room }, setCookie)
  setCookie(cookieLine(settings, name, sealed, loginLifetime))
}

/** The login with this state, if this browser has begun it. */
export async function findLogin(
  settings: CookieSettings,
  sealer: Sealer,
  cookies: Cookies,
  state: string,
): Promise<PendingLogin | undefined> {
  return await openLogin(sealer, cookies, cookieName(settings, state))
}

/** Removes a login from this browser, so that it cannot be completed twice. Returns the other cookies. */
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

/** How many logins may stay, and how many bytes of cookies they may take together. */
export interface LoginLimits {
  readonly max: number
  readonly room: number
}

/** Forgets the oldest logins, until the others are within the limits. */
export async function forgetOldLogins(
  settings: CookieSettings,
  sealer: Sealer,
  cookies: Cookies,
  { max, room }: LoginLimits,
  setCookie: SetCookie,
): Promise<void> {
  let taken = 0
  for (const [index, { name, size }] of (await listLogins(settings, sealer, cookies)).entries()) {
    taken += size
    if (index >= max || taken > room) setCookie(cookieRemoval(settings, name))
  }
}

/** The first half of the state is enough to identify a login here. The whole state is compared when the login is completed. */
function cookieName({ name }: CookieSettings, state: string): string {
  return `${name}-${state.slice(0, 21)}`
}

function textName(cookie: string): string {
  return `login ${cookie}`
}

async function openLogin(sealer: Sealer, cookies: Cookies, name: string): Promise<PendingLogin | undefined> {
  const text = await sealer.open(textName(name), cookies.get(name) ?? '')
  // Only rememberLogin seals under this name: the text is what it wrote.
  return text === undefined ? undefined : JSON.parse(text)
}

/** The logins of this browser, the newest first. Cookies that cannot be opened belong to another web login or have expired. */
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
