/** The two databases of a move. */
import { existsSync } from 'node:fs'
import type { Connection } from '../connection.ts'
import { StoreError } from '../errors.ts'
import { migrate, requireCurrentSchema } from '../migrate.ts'
import { migrations } from '../migration-list.ts'
import { readState } from '../migration-state.ts'
import { connect } from '../open.ts'
import { namedUrl } from './named-url.ts'

/** A database of the move. */
export interface Side {
  readonly url: string
  /** Without a password. */
  readonly name: string
  readonly connection: Connection
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
    const connection = await connect({ url: to, migrate: true })
    try {
      await migrate(connection, migrations)
      return await work({ source, target: { url: to, name: namedUrl(to), connection } })
    } finally {
      await connection.close()
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
    if (to.startsWith('sqlite:') && !existsSync(to.slice('sqlite:'.length))) return await work(source, undefined)
    const connection = await connect({ url: to, migrate: false })
    try {
      const { pending } = await readState(connection, migrations)
      return await work(source, pending.length > 0 ? undefined : { url: to, name: namedUrl(to), connection })
    } finally {
      await connection.close()
    }
  })
}

export async function withSource<Result>(url: string, work: (source: Side) => Promise<Result>): Promise<Result> {
  const connection = await connect({ url, migrate: false })
  try {
    await requireCurrentSchema(connection, migrations)
    const { newer } = await readState(connection, migrations)
    if (newer.length > 0) {
      const message = `The source was migrated by a newer Countersign (it has ${newer.join(', ')}). Move it with that version.`
      throw new StoreError('newer', message)
    }
    return await work({ url, name: namedUrl(url), connection })
  } finally {
    await connection.close()
  }
}

/** @throws StoreError `unmovable` */
function requireTwo(from: string, to: string): void {
  if (namedUrl(from) !== namedUrl(to)) return
  throw new StoreError('unmovable', 'The source and the target are the same database.')
}
