/** The table of docs/guides/scale.md: what each operation costs, and how many of them a core does. A test compares it with the guide. */
import { type Cost, costs, hashMicroseconds } from './measured.ts'
import type { Operation } from './rates.ts'

const names: Readonly<Record<Operation, string>> = {
  login: 'login by the code flow, with its pages',
  signOn: 'code flow by a session',
  passwordLogin: 'login by password at `/token`, with a refresh token',
  wrongPassword: 'wrong password',
  refresh: 'refresh',
  revoke: 'revocation of a refresh token',
  logout: 'logout',
  serviceToken: 'client credentials',
  introspection: 'introspection',
  usersMe: '`/users/me`',
  feed: 'revocation feed',
}

export function guideTable(): string {
  const rows = (Object.entries(costs) as [Operation, Cost][]).map(([name, cost]) => [
    names[name],
    whole(cost.commits),
    `${perSecond(cost.sqlite + cost.hashes * hashMicroseconds)}${cost.hashes > 0 ? ` (${perSecond(cost.sqlite)})` : ''}`,
    `${perSecond(cost.postgres + cost.hashes * hashMicroseconds)}${cost.hashes > 0 ? ` (${perSecond(cost.postgres)})` : ''}`,
    cost.database === 0 ? '' : perSecond(cost.database),
    cost.logBytes === 0 ? '' : `${kilobytes(cost.logBytes)} to ${kilobytes(cost.logBytesWithPages)}`,
  ])
  const head = [
    '',
    'commits',
    'a core on SQLite',
    'a core on PostgreSQL',
    'a core of PostgreSQL itself',
    'kB of its log',
  ]
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}

/** To two digits. */
function perSecond(microseconds: number): string {
  return whole(Number((1e6 / microseconds).toPrecision(2)))
}

function whole(value: number): string {
  return value.toLocaleString('en')
}

function kilobytes(bytes: number): string {
  const value = bytes / 1000
  return value >= 10 ? value.toFixed(0) : value.toPrecision(2)
}
