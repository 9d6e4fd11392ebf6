/** The two databases of a move. */
import { existsSync, statSync } from 'node:fs'
import type { Connection } from '../connection.ts'
import { StoreError } from '../errors.ts'
import { migrate, requireCurrentSchema } from '../migrate.ts'
import { migrations } from '../migration-list.ts'
import { readState } from '../migration-state.ts'
import { connect } from '../open.ts'
import { sqliteFiles } from '../sqlite-files.ts'
import { namedUrl } from './named-url.ts'
import { type NamedSide, onSide } from './on-side.ts'
import type { Role } from './records.ts'

/** A database of the move. */
export interface Side extends NamedSide {
  readonly url: string
  readonly connection: Connection
  /** Whether its URL still leads to what `connection` has open: the snapshots are opened by the URL. */
  readonly isInPlace: () => boolean
}

export interface Sides {
  readonly source: Side
  readonly target: Side
}

export interface Urls {
  readonly from: string
  readonly to: string
}

/** Opens both, and creates or updates the tables of the target. @throws StoreError */
export async function withSides<Result>({ from, to }: Urls, work: (sides: Sides) => Promise<Result>): Promise<Result> {
  requireTwo(from, to)
  return await withSource(from, async (source) => {
    const target = await open('target', to, true)
    try {
      await onSide(target, () => migrate(target.connection, migrations))
      return await work({ source, target })
    } finally {
      await target.connection.close()
    }
  })
}

/** Opens both without a change; the target is missing when it does not exist or has no tables yet. @throws StoreError */
export async function withSidesAsTheyAre<Result>(
  { from, to }: Urls,
  work: (source: Side, target: Side | undefined) => Promise<Result>,
): Promise<Result> {
  requireTwo(from, to)
  return await withSource(from, async (source) => {
    if (to.startsWith('sqlite:') && !existsSync(pathOf(to))) return await work(source, undefined)
    const target = await open('target', to, false)
    try {
      const { pending } = await onSide(target, () => readState(target.connection, migrations))
      return await work(source, pending.length > 0 ? undefined : target)
    } finally {
      await target.connection.close()
    }
  })
}

export async function withSource<Result>(url: string, work: (source: Side) => Promise<Result>): Promise<Result> {
  const source = await open('source', url, false)
  try {
    await onSide(source, () => requireCurrentSchema(source.connection, migrations))
    const { newer } = await onSide(source, () => readState(source.connection, migrations))
    if (newer.length > 0) {
      const message = `The source was migrated by a newer Countersign (it has ${newer.join(', ')}). Move it with that version.`
      throw new StoreError('newer', message, { side: 'source' })
    }
    return await work(source)
  } finally {
    await source.connection.close()
  }
}

async function open(role: Role, url: string, create: boolean): Promise<Side> {
  const side = { role, url, name: namedUrl(url) }
  const connection = await onSide(side, () => connect({ url, migrate: create }))
  const isInPlace = url.startsWith('sqlite:') ? sqliteFiles(pathOf(url)).areInPlace : () => true
  return { ...side, connection, isInPlace }
}

/** @throws StoreError `unmovable` */
function requireTwo(from: string, to: string): void {
  if (namedUrl(from) !== namedUrl(to) && !areOneFile(from, to)) return
  throw new StoreError('unmovable', 'The source and the target are the same database.')
}

/** Also by a link. SQLite damages a file that is open by two hard links (https://sqlite.org/howtocorrupt.html). */
function areOneFile(from: string, to: string): boolean {
  if (!from.startsWith('sqlite:') || !to.startsWith('sqlite:')) return false
  const [one, other] = [from, to].map((url) => statSync(pathOf(url), { bigint: true, throwIfNoEntry: false }))
  return one !== undefined && one.ino === other?.ino && one.dev === other.dev
}

function pathOf(url: string): string {
  return url.slice('sqlite:'.length)
}
