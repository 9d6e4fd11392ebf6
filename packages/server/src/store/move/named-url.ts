/** The name of a database in messages and notes: its URL without a password. */
import { resolve } from 'node:path'

export function namedUrl(url: string): string {
  if (url.startsWith('sqlite:')) return `sqlite:${resolve(url.slice('sqlite:'.length))}`
  // `pg` also reads a user without a host.
  const { username, hostname, port, pathname, searchParams } = new URL(url.replace('@/', '@localhost/'))
  const user = username === '' ? '' : `${username}@`
  const host = searchParams.get('host') ?? hostname
  return `postgres://${user}${host}${port === '' ? '' : `:${port}`}${pathname}`
}
