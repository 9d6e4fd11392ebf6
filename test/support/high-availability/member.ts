/** One machine with PostgreSQL under Patroni. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { isListening, startProgram } from '../../../packages/server/test/support/programs.ts'
import type { Scope } from '../../../packages/server/test/support/scope.ts'
import { patroniConfig, placed, withValue } from './guide.ts'
import type { Network } from './network.ts'
import { asOwner, giveToOwner, type Programs, processesWith, respondsWell } from './programs.ts'

export type MemberName = 'pg1' | 'pg2'

type Part = 'postgres' | 'patroni'

export interface Member {
  readonly name: MemberName
  /** Whether Patroni says so of its PostgreSQL. `sync`: a standby that has all that was confirmed. */
  readonly is: (role: 'primary' | 'replica' | 'sync') => Promise<boolean>
  /** Starts Patroni, which starts PostgreSQL, and does not wait for this. */
  readonly start: () => Promise<void>
  /** Kills them at once. Both: as when the machine loses its power. */
  readonly kill: (...parts: readonly Part[]) => void
  /** Stops them in the middle of what they do, until `resume`. */
  readonly freeze: (...parts: readonly Part[]) => void
  readonly resume: () => void
  /** Hands over to the other one, as an operator does with `patronictl switchover`. */
  readonly handOver: () => Promise<void>
}

/** Values of the guide that a test replaces, such as `ttl`. */
export type Times = Readonly<Record<string, string>>

export interface MemberSettings {
  readonly name: MemberName
  readonly programs: Programs
  readonly network: Network
  readonly folder: string
  readonly times: Times
}

/** Not started yet. It ends with `scope`. */
export function createMember(scope: Scope, settings: MemberSettings): Member {
  const { name, programs, network } = settings
  const folder = join(settings.folder, name)
  mkdirSync(folder)
  giveToOwner(folder)
  const file = join(folder, 'config.yml')
  writeFileSync(file, configuration(settings, folder), { mode: 0o600 })
  giveToOwner(file)
  const url = `http://127.0.0.1:${network.port(name, 'patroni')}`
  /** What is in the command line of its processes, and of no others. */
  const marks: Readonly<Record<Part, string>> = { patroni: file, postgres: `-D ${join(folder, 'data')} ` }

  function signal(signal: NodeJS.Signals, ...parts: readonly Part[]): void {
    for (const pid of parts.flatMap((part) => processesWith(marks[part]))) {
      try {
        process.kill(pid, signal)
      } catch {
        // It has ended meanwhile.
      }
    }
  }

  const kill = (...parts: readonly Part[]) => signal('SIGKILL', ...parts)
  scope.after(() => kill('patroni', 'postgres'))

  return {
    name,
    is: (role) => respondsWell(`${url}/${role}`),
    start: async () => {
      const [program, args] = asOwner(programs.patroni, [file])
      const listens = () => isListening({ port: network.port(name, 'patroni'), host: '127.0.0.1' })
      await startProgram(program, args, listens, {
        PATH: process.env['PATH'],
        HOME: folder,
        LC_ALL: 'C.UTF-8',
      })
    },
    kill,
    freeze: (...parts) => signal('SIGSTOP', ...parts),
    resume: () => signal('SIGCONT', 'patroni', 'postgres'),
    handOver: async () => {
      const body = JSON.stringify({ leader: name })
      const response = await fetch(`${url}/switchover`, { method: 'POST', body })
      if (response.status !== 200) throw new Error(await response.text())
    },
  }
}

function configuration({ name, programs, network, times }: MemberSettings, folder: string): string {
  const ofMember = name === 'pg1' ? patroniConfig : ofSecond(patroniConfig)
  const values = {
    ...times,
    bin_dir: programs.postgres,
    data_dir: join(folder, 'data'),
    pgpass: join(folder, 'pgpass'),
    unix_socket_directories: folder,
  }
  const text = Object.entries(values).reduce((text, [key, value]) => withValue(text, key, value), ofMember)
  // Otherwise Patroni asks etcd for its addresses, and goes around what can be cut.
  const throughProxies = network.canBeCut ? text.replace(/^( *)hosts:/m, '$1use_proxies: true\n$&') : text
  return placed(throughProxies, network.placeOn(name))
}

/** As the guide says it. */
function ofSecond(text: string): string {
  return text.replaceAll(/^ *(name: pg1|(listen|connect_address): .*)$/gm, (line) =>
    line.replace('pg1', 'pg2').replace('10.0.0.11', '10.0.0.12'),
  )
}
