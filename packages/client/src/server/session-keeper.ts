/** Keeps a session between requests: in sealed cookies, or in a store of the app with an id in the cookie. */
import { randomText } from '../encoding.ts'
import { ClientError } from '../errors.ts'
import type { IdTokenClaims, Tokens } from '../tokens.ts'
import { readChunks, removeChunks, writeChunks } from './chunks.ts'
import { type CookieSettings, cookieLine, cookieRemoval, type SetCookie } from './cookies.ts'
import type { Sealer } from './seal.ts'
import type { SessionStore } from './session-store.ts'

/** Tokens that say who the user is. */
export type UserTokens = Tokens & { readonly claims: IdTokenClaims }

/** What is kept of a session: plain data. */
export interface SessionRecord {
  readonly tokens: UserTokens
  /** In seconds since the epoch. */
  readonly endsAt: number
}

export type Cookies = ReadonlyMap<string, string>

/** Reads and changes the session of one browser; `cookies` are those of its request. */
export interface SessionKeeper {
  /** `undefined` when there is none, whatever the cookies are: changed, ended, or another's. */
  readonly read: (cookies: Cookies) => Promise<SessionRecord | undefined>
  /** Begins a new one in place of what the browser had before: nobody knows its cookie beforehand (session fixation, CWE-384). */
  readonly begin: (cookies: Cookies, record: SessionRecord, setCookie: SetCookie) => Promise<void>
  /** Replaces what is kept of the same session. */
  readonly renew: (cookies: Cookies, record: SessionRecord, setCookie: SetCookie) => Promise<void>
  readonly end: (cookies: Cookies, setCookie: SetCookie) => Promise<void>
}

interface Means {
  readonly settings: CookieSettings
  readonly sealer: Sealer
  readonly now: () => number
}

/** Sessions in the cookies themselves. */
export function keepInCookies({ settings, sealer, now }: Means): SessionKeeper {
  const { name } = settings
  const write = async (cookies: Cookies, record: SessionRecord, setCookie: SetCookie): Promise<void> => {
    const lifetime = remaining(record, now)
    const sealed = await sealer.seal(name, JSON.stringify(record), lifetime)
    const lines = writeChunks(settings, cookies, name, sealed, lifetime)
    if (lines === undefined) {
      const fix = 'give createWebLogin a session store, or ask for less in the tokens'
      throw new ClientError('session_too_large', `The tokens are too long for cookies: ${fix}`)
    }
    for (const line of lines) setCookie(line)
  }

  return {
    read: async (cookies) => readRecord(await sealer.open(name, readChunks(cookies, name) ?? '')),
    begin: write,
    renew: write,
    end: async (cookies, setCookie) => {
      for (const line of removeChunks(settings, cookies, name)) setCookie(line)
    },
  }
}

/** Sessions in a store, sealed; the id in the cookie is sealed too, so that knowing one is not enough to use it. */
export function keepInStore({ settings, sealer, now }: Means, store: SessionStore): SessionKeeper {
  const { name } = settings
  const readId = (cookies: Cookies): Promise<string | undefined> => sealer.open(name, cookies.get(name) ?? '')
  const write = async (id: string, record: SessionRecord): Promise<void> => {
    const lifetime = remaining(record, now)
    await store.set(id, await sealer.seal(`${name}:${id}`, JSON.stringify(record), lifetime), lifetime)
  }

  return {
    read: async (cookies) => {
      const id = await readId(cookies)
      const sealed = id === undefined ? undefined : await store.get(id)
      return sealed ? readRecord(await sealer.open(`${name}:${id}`, sealed)) : undefined
    },
    begin: async (cookies, record, setCookie) => {
      const before = await readId(cookies)
      if (before !== undefined) await store.remove(before)
      const id = randomText()
      await write(id, record)
      const lifetime = remaining(record, now)
      setCookie(cookieLine(settings, name, await sealer.seal(name, id, lifetime), lifetime))
    },
    renew: async (cookies, record) => {
      const id = await readId(cookies)
      // Who logged out while the tokens were renewed stays logged out.
      if (id !== undefined && (await store.get(id))) await write(id, record)
    },
    end: async (cookies, setCookie) => {
      const id = await readId(cookies)
      if (id !== undefined) await store.remove(id)
      if (cookies.has(name)) setCookie(cookieRemoval(settings, name))
    },
  }
}

/** At least a second: some stores take nothing less. */
function remaining({ endsAt }: SessionRecord, now: () => number): number {
  return Math.max(1, endsAt - Math.floor(now()))
}

/** What was sealed here is as it was written. */
function readRecord(text: string | undefined): SessionRecord | undefined {
  return text === undefined ? undefined : JSON.parse(text)
}
