/** A server in process whose database has nothing else to do, with what counts the work of that. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Options } from '../../../packages/server/src/config/options.ts'
import { type DatabaseKind, migratedDatabase } from '../../../packages/server/test/support/databases.ts'
import type { Scope } from '../../../packages/server/test/support/scope.ts'
import { startServer, type TestServer } from '../../../packages/server/test/support/server.ts'
import type { Demand } from '../../../scripts/capacity/demand.ts'
import { startPostgres } from '../embedded-postgres.ts'
import { type Ledger, openLedger } from './ledger.ts'
import { clients, type Traffic, trafficAt } from './traffic.ts'

export interface MeasuredServer {
  readonly server: TestServer
  readonly traffic: Traffic
  readonly ledger: Ledger
}

/** Nothing but the statements of the server writes to the log: no vacuum by itself. */
const settings = ['fsync=off', 'autovacuum=off', 'max_wal_size=4GB', 'checkpoint_timeout=1h']

export interface MeasuredOptions {
  /** Its lifetimes are the server's. */
  readonly demand?: Demand
  /** Whether PostgreSQL writes each page as a whole after a checkpoint. @default false */
  readonly fullPages?: boolean
}

/** Closed with `scope`. */
export async function startMeasured(
  outer: Scope,
  kind: DatabaseKind,
  { demand, fullPages = false }: MeasuredOptions = {},
): Promise<MeasuredServer> {
  // The database is closed last, whatever the order of the outer scope.
  const closers: (() => unknown)[] = []
  const scope: Scope = { after: (close) => closers.unshift(close) }
  outer.after(async () => {
    for (const close of closers) await close()
  })
  const databaseUrl = await ownDatabase(scope, kind, fullPages)
  const server = await startServer(scope, {
    databaseUrl,
    clients,
    passwordGrant: 'first-party',
    // The same user again and again.
    accountFailureLimit: 100,
    ...(demand && lifetimesOf(demand)),
  })
  const ledger = await openLedger(kind, databaseUrl)
  scope.after(ledger.close)
  return { server, traffic: trafficAt(server), ledger }
}

async function ownDatabase(scope: Scope, kind: DatabaseKind, fullPages: boolean): Promise<string> {
  if (kind === 'sqlite') {
    const { url, remove } = await migratedDatabase(kind)
    scope.after(remove)
    return url
  }
  const folder = mkdtempSync(join(tmpdir(), 'countersign-capacity-'))
  const postgres = await startPostgres(folder, [...settings, `full_page_writes=${fullPages ? 'on' : 'off'}`])
  scope.after(async () => {
    await postgres.stop()
    rmSync(folder, { recursive: true, force: true })
  })
  return `${postgres.url}/postgres`
}

function lifetimesOf(demand: Demand): Partial<Options> {
  const { accessTokenLifetime, refreshTokenLifetime, refreshTokenIdleLifetime } = demand
  const { sessionLifetime, sessionIdleLifetime } = demand
  return {
    accessTokenExpireMinutes: accessTokenLifetime / 60,
    refreshTokenLifetime,
    refreshTokenIdleLifetime,
    sessionLifetime,
    sessionIdleLifetime,
  }
}
