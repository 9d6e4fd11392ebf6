/**
 * The browsers in which a user has logged in before (OWASP Authentication Cheat Sheet, "device cookies"). Wrong passwords from elsewhere do not
 * lock the user out there: such a browser has a budget of its own. Its cookie names nobody: it has an entry for each account, which only the
 * server can match, and only with the username.
 */
import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto'
import { cookieName } from '../browser/browser.ts'
import type { Context } from '../context.ts'
import type { User } from '../domain/user.ts'
import { usernameKey } from '../domain/username.ts'
import type { Cookie } from '../reply.ts'
import type { Request } from '../request.ts'

/** Seconds since the last login there: half a year. */
const lifetime = 180 * 24 * 3600

/** Accounts that a browser is known for. The one whose login is the oldest is forgotten. */
const maxAccounts = 5

/** Bytes of an entry: a random id, the time of the login in seconds, and a message authentication code. */
const idLength = 12
const timeLength = 4
const entryLength = 32

/** Characters of an entry in the cookie. */
const textLength = 43

/**
 * The id of the browser that the request comes from, when the account has logged in there since its last password change; `undefined` otherwise.
 * Only a browser with a cookie for this very account costs a query.
 */
export async function findKnownDevice(
  ctx: Context,
  request: Pick<Request, 'cookie'>,
  account: string,
): Promise<string | undefined> {
  const entry = readEntries(ctx, request).find((candidate) => isFor(ctx, candidate, account))
  if (!entry) return undefined
  const loggedInAt = entry.readUInt32BE(idLength)
  if (loggedInAt + lifetime <= ctx.now()) return undefined
  const user = await ctx.store.users.findForLogin({ usernameKey: usernameKey(account), emailKey: null })
  const isCurrent = user !== undefined && loggedInAt > user.subject.tokensValidFrom
  return isCurrent ? entry.toString('base64url', 0, idLength) : undefined
}

/** The cookie after a login of the user, with the entries of others. */
export function knowDevice(ctx: Context, request: Pick<Request, 'cookie'>, { profile }: User): Cookie {
  const others = readEntries(ctx, request).filter((entry) => !isFor(ctx, entry, profile.username))
  const entries = [makeEntry(ctx, profile.username), ...others].slice(0, maxAccounts)
  return { name: nameOf(ctx), value: entries.map((entry) => entry.toString('base64url')).join(''), maxAge: lifetime }
}

function nameOf(ctx: Context): string {
  return `${cookieName(ctx)}-device`
}

function makeEntry(ctx: Context, account: string): Buffer {
  const entry = Buffer.alloc(entryLength)
  entry.set(ctx.random.bytes(idLength))
  entry.writeUInt32BE(Math.floor(ctx.now()), idLength)
  entry.set(macOf(ctx, entry, account), idLength + timeLength)
  return entry
}

function readEntries(ctx: Context, request: Pick<Request, 'cookie'>): readonly Buffer[] {
  const value = request.cookie(nameOf(ctx)) ?? ''
  if (value.length > maxAccounts * textLength || !/^[A-Za-z0-9_-]*$/.test(value)) return []
  const entries = value.match(/.{43}/g) ?? []
  return entries.map((text) => Buffer.from(text, 'base64url'))
}

function isFor(ctx: Context, entry: Buffer, account: string): boolean {
  return timingSafeEqual(entry.subarray(idLength + timeLength), macOf(ctx, entry, account))
}

/** The code of the id, the time and the account, which only the server can make. */
function macOf({ config }: Context, entry: Buffer, account: string): Uint8Array {
  const key = new Uint8Array(hkdfSync('sha256', config.secretKey, '', 'countersign: devices', 32))
  const signed = createHmac('sha256', key)
    .update(entry.subarray(0, idLength + timeLength))
    .update(usernameKey(account))
  return signed.digest().subarray(0, entryLength - idLength - timeLength)
}
