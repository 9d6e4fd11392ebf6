/**
 * What the server's process holds in memory: after its first requests, and after load on both of its paths. As it runs in a clone and as it is published, on
 * each database.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { installProject, packPackages } from '../../../test/support/packages.ts'
import { type DatabaseName, databaseNames, onDatabase } from '../databases.ts'
import { atMost, type Case, type Finding } from '../findings.ts'
import { get, putLoad } from '../load.ts'
import { type RunningProcess, residentMegabytes } from '../processes.ts'
import { logIn, loginTurns, serve, serveConstant, serveInstalled } from '../server-process.ts'

const seconds = 5

/** Megabytes. */
interface Resident {
  readonly idle: number
  readonly loaded: number
}

export const memory: Case = async (tell) => {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-bench-'))
  try {
    const { guard, server } = packPackages(folder)
    const project = join(folder, 'project')
    installProject(project, [guard, server])
    const peer = await measureConstant()
    const findings: Finding[] = []
    for (const name of databaseNames) {
      await onDatabase(name, async ({ deployment }) => {
        tell(`${name}, in a clone`)
        // The first start fills the compile cache.
        await (await serve(deployment)).stop()
        findings.push(...findingsOf(name, 'in a clone', await measure(() => serve(deployment)), peer))
        tell(`${name}, as published`)
        findings.push(
          ...findingsOf(name, 'as published', await measure(() => serveInstalled(deployment, project)), peer),
        )
      })
    }
    return findings
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Reads, and then logins. */
async function measure(start: () => Promise<RunningProcess>): Promise<Resident> {
  const server = await start()
  try {
    await get200(new URL('/readyz', server.url))
    const idle = await settled(server)
    const turns = [[{ request: get('/users/me', await logIn(server.url)) }]]
    await putLoad({ url: server.url, turns, connections: 32, seconds })
    await putLoad({ url: server.url, turns: loginTurns, connections: 8, seconds })
    return { idle, loaded: await settled(server) }
  } finally {
    await server.stop()
  }
}

/** The same reads. */
async function measureConstant(): Promise<Resident> {
  const constant = await serveConstant()
  try {
    await get200(constant.url)
    const idle = await settled(constant)
    await putLoad({ url: constant.url, turns: [[{ request: get('/users/me') }]], connections: 32, seconds })
    return { idle, loaded: await settled(constant) }
  } finally {
    await constant.stop()
  }
}

function findingsOf(database: DatabaseName, where: string, measured: Resident, peer: Resident): readonly Finding[] {
  const finding = (when: keyof Resident, words: string, goal: number): Finding => ({
    what: `memory ${words}, ${database}, ${where}`,
    figure: `${measured[when].toFixed(0)} beside ${peer[when].toFixed(0)} MB`,
    ratio: measured[when] / peer[when],
    goal: atMost(measured[when], goal, 'MB'),
  })
  return [finding('idle', 'idle', 100), finding('loaded', 'after load', 160)]
}

async function get200(url: URL): Promise<void> {
  const response = await fetch(url)
  await response.text()
  if (!response.ok) throw new Error(`${url.href} was answered ${response.status}`)
}

async function settled({ pid }: RunningProcess): Promise<number> {
  await wait(500)
  return residentMegabytes(pid)
}
