/** The programs of a cluster, as Debian installs them. They run as the user postgres where the tests run as root: PostgreSQL does not run as root. */
import { execFileSync } from 'node:child_process'
import { chownSync, globSync } from 'node:fs'
import { userInfo } from 'node:os'
import { dirname } from 'node:path'
import { findProgram } from '../../../packages/server/test/support/programs.ts'

export const howToGetCluster =
  'Patroni, etcd, haproxy or PostgreSQL with pg_basebackup is missing. Install them (Debian: apt-get install patroni etcd-server haproxy postgresql).'

export interface Programs {
  readonly patroni: string
  readonly etcd: string
  readonly haproxy: string
  /** The folder with `postgres`, `pg_basebackup` and `pg_rewind`. */
  readonly postgres: string
}

/** `undefined` when one of them is missing: `howToGetCluster`. */
export function findPrograms(): Programs | undefined {
  const [patroni, etcd, haproxy] = [findProgram('patroni'), findProgram('etcd'), findProgram('haproxy')]
  const postgres = findPostgres()
  return patroni && etcd && haproxy && postgres ? { patroni, etcd, haproxy, postgres } : undefined
}

function findPostgres(): string | undefined {
  const ofDebian = globSync('/usr/lib/postgresql/*/bin/pg_rewind').sort((one, other) =>
    other.localeCompare(one, 'en', { numeric: true }),
  )
  const path = ofDebian[0] ?? findProgram('pg_rewind')
  return path && dirname(path)
}

/** The command line that runs a program as the owner of the cluster's files. */
export function asOwner(program: string, args: readonly string[]): [program: string, args: readonly string[]] {
  if (!isRoot()) return [program, args]
  return ['setpriv', ['--reuid=postgres', '--regid=postgres', '--clear-groups', program, ...args]]
}

/** Gives a file or folder to the owner of the cluster. */
export function giveToOwner(path: string): void {
  if (isRoot()) chownSync(path, idOf('-u'), idOf('-g'))
}

function isRoot(): boolean {
  return userInfo().uid === 0
}

function idOf(flag: '-u' | '-g'): number {
  return Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }))
}

/** The processes with this in their command line, and all that they have started. */
export function processesWith(mark: string): readonly number[] {
  const rows = execFileSync('ps', ['-A', '-ww', '-o', 'pid=,ppid=,args='], { encoding: 'utf8' })
  const processes = [...rows.matchAll(/^ *(\d+) +(\d+) (.*)$/gm)].map(([, id, parent, args = '']) => ({
    id: Number(id),
    parent: Number(parent),
    args: `${args} `,
  }))
  const found = new Set(processes.filter(({ args }) => args.includes(mark)).map(({ id }) => id))
  // Grows while it is read.
  for (const id of found) for (const process of processes) if (process.parent === id) found.add(process.id)
  return [...found]
}

/** Whether the response is 200, within a second. */
export async function respondsWell(url: string): Promise<boolean> {
  try {
    return (await fetch(url, { signal: AbortSignal.timeout(1000) })).status === 200
  } catch {
    return false
  }
}
