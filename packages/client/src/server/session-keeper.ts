/** Keeps a session between requests: in sealed cookies, or in a store of the app with an id in the cookie. */
import { ClientError } from '../errors.ts'
import { randomText } from '../oauth/encoding.ts'
import type { IdTokenClaims, Tokens } from '../oauth/tokens.ts'
import { readChunks, removeChunks, writeChunks } from './chunks.ts'
import { type CookieSettings, cookieLine, cookieRemoval, roomForCookies, type SetCookie } from './cookies.ts'
import { forgetOldLogins } from './login-cookie.ts'
import type { Sealer } from './seal.ts'
import type { SessionStore } from './session-store.ts'

/** Tokens that identify the user. */
export type UserTokens = Tokens & { readonly claims: IdTokenClaims }

/** What is stored of a session: plain data. */
export interface SessionRecord {
  readonly tokens: UserTokens
  /** In seconds since the epoch. */
  readonly endsAt: number
}

export type Cookies = ReadonlyMap<string, string>

/** Reads and changes the session of one browser. `cookies` are those of its request. */
export interface SessionKeeper {
  /** `undefined` when there is none: also for cookies that were changed, have expired or belong to another web login. */
  readonly read: (cookies: Cookies) => Promise<SessionRecord | undefined>
  /** Begins a new session in place of an earlier one. Nobody can know its cookie beforehand (session fixation, CWE-384). */
  readonly begin: (cookies: Cookies, record: SessionRecord, setCookie: SetCookie) => Promise<void>
  /** Replaces the record of the same session. False when the session has ended in the meantime: then nothing is stored. */
  readonly renew: (cookies: Cookies, record: SessionRecord, setCookie: SetCookie) => Promise<boolean>
  readonly end: (cookies: Cookies, setCookie: SetCookie) => Promise<void>
}

interface Tools {
  readonly settings: CookieSettings
  readonly sealer: Sealer
  readonly now: () => number
}

/** Sessions in the cookies themselves. */
export function keepInCookies({ settings, sealer, now }: Tools): SessionKeeper {
  const { name } = settings
  const write = async (cookies: Cookies, record: SessionRecord, setCookie: SetCookie): Promise<void> => {
    const lifetime = remaining(record, now)
    const sealed = await sealer.seal('session', JSON.stringify(record), lifetime)
    const lines = writeChunks(settings, cookies, name, sealed, lifetime)
    if (lines === undefined) {
      const fix = 'give createWebLogin a session store, or ask for less in the tokens'
      throw new ClientError('session_too_large', `The tokens are too long for cookies: ${fix}`)
    }
    const room = roomForCookies - sealed.length
    await forgetOldLogins(settings, sealer, cookies, { max: Number.POSITIVE_INFINITY, room }, setCookie)
    for (const line of lines) setCookie(line)
  }

  return {
    read: async (cookies) => readRecord(await sealer.open('session', readChunks(cookies, name) ?? '')),
    begin: write,
    renew: async (cookies, record, setCookie) => {
      await write(cookies, record, setCookie)
      return true
    },
    end: async (cookies, setCookie) => {
      for (const line of removeChunks(settings, cookies, name)) setCookie(line)
    },
  }
}

/** In seconds: longer than it takes to store a renewal that was under way at the logout. */
const endingRememberedFor = 120

/** Sessions in a store, sealed; the id in the cookie is sealed too, so that knowing one is not enough to use it. */
export function keepInStore({ settings, sealer, now }: Tools, store: SessionStore): SessionKeeper {
  const { name } = settings
  const readId = (cookies: Cookies): Promise<string | undefined> => sealer.open('id', cookies.get(name) ?? '')
  const write = async (id: string, record: SessionRecord): Promise<void> => {
    const lifetime = remaining(record, now)
    await store.set(id, await sealer.seal(`record ${id}`, JSON.stringify(record), lifetime), lifetime)
  }
  // A renewal writes and then looks for the mark; this sets the mark and then removes. In every order, no record is left.
  const end = async (id: string): Promise<void> => {
    try {
      await store.set(endMark(id), 'ended', endingRememberedFor)
    } finally {
      // A full store can still remove.
      await store.remove(id)
    }
  }

  return {
    read: async (cookies) => {
      const id = await readId(cookies)
      const sealed = id === undefined ? undefined : await store.get(id)
      return sealed ? readRecord(await sealer.open(`record ${id}`, sealed)) : undefined
    },
    begin: async (cookies, record, setCookie) => {
      const before = await readId(cookies)
      if (before !== undefined) await end(before)
      const id = randomText()
      await write(id, record)
      const lifetime = remaining(record, now)
      setCookie(cookieLine(settings, name, await sealer.seal('id', id, lifetime), lifetime))
    },
    renew: async (cookies, record) => {
      const id = await readId(cookies)
      // A user who logged out during the renewal stays logged out.
      if (id === undefined || !(await store.get(id))) return false
      await write(id, record)
      if (!(await store.get(endMark(id)))) return true
      await store.remove(id)
      return false
    },
    end: async (cookies, setCookie) => {
      const id = await readId(cookies)
      try {
        if (id !== undefined) await end(id)
      } finally {
        if (cookies.has(name)) setCookie(cookieRemoval(settings, name))
      }
    },
  }
}

function endMark(id: string): string {
  return `${id}:ended`
}

/** At least a second: some stores accept nothing less. */
function remaining({ endsAt }: SessionRecord, now: () => number): number {
  return Math.max(1, endsAt - Math.floor(now()))
}

/** The text was sealed here: it is what `write` wrote. */
function readRecord(text: string | undefined): SessionRecord | undefined {
  return text === undefined ? undefined : JSON.parse(text)
}
