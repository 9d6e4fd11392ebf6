/** How long a newcomer waits for the first token: an empty project, `npm install`, `npx countersign dev`, and the curl command that it prints. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { installProject, packPackages } from '../../../test/support/packages.ts'
import { atMost, type Case } from '../findings.ts'

const goal = 15

export const firstToken: Case = async (tell) => {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-bench-'))
  try {
    // What a registry would have: the server and the guard that it depends on. Not measured.
    const { guard, server } = packPackages(folder)
    const project = join(folder, 'project')
    const installation = await secondsOf(async () => installProject(project, [guard, server]))
    const start = await secondsOf(() => tokenFromDev(project))
    tell(`${installation.toFixed(1)} s of installation, ${start.toFixed(1)} s from npx to the token`)
    return [
      {
        what: 'an empty project to a first token: npm install, npx countersign dev, curl',
        figure: `${(installation + start).toFixed(1)} s, of which ${installation.toFixed(1)} s install`,
        goal: atMost(installation + start, goal, 's'),
      },
    ]
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function secondsOf(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now()
  await work()
  return (performance.now() - startedAt) / 1000
}

/** Starts the server of the project, and stops it when there is a token. */
async function tokenFromDev(project: string): Promise<void> {
  const { PATH, HOME } = process.env
  // Detached: npx starts the server as a child, and both are stopped as one group.
  const child = spawn('npx', ['countersign', 'dev'], {
    cwd: project,
    env: { PATH, HOME, PORT: '0' },
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
  })
  const ended = new Promise((resolve) => child.once('close', resolve))
  try {
    const origin = await originOf(child.stdout)
    const { stdout } = spawnSync('curl', ['-sS', '-d', 'username=tim&password=tim1234', `${origin}/token`], {
      encoding: 'utf8',
    })
    if (!/"access_token":"[\w.-]+"/.test(stdout)) throw new Error(`there is no token in ${stdout}`)
  } finally {
    stopGroup(child)
    await ended
  }
}

async function originOf(output: Readable): Promise<string> {
  for await (const line of createInterface({ input: output })) {
    const [, origin] = /ready at (http:\S+)/.exec(line) ?? []
    if (origin === undefined) continue
    output.resume()
    return origin
  }
  throw new Error('countersign dev ended before it was ready')
}

function stopGroup({ pid, exitCode }: ChildProcess): void {
  if (pid !== undefined && exitCode === null) process.kill(-pid, 'SIGTERM')
}
