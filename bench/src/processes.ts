/** Node processes to measure: started on a core of their own where that can be had, awaited, stopped. */
import { type ChildProcessByStdio, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { createInterface } from 'node:readline'
import type { Readable, Writable } from 'node:stream'

export interface Launch {
  /** What stands after `node`. */
  readonly args: readonly string[]
  /** The process may run on this core only. @default any core */
  readonly core?: number | undefined
  /** The whole environment but PATH. @default empty */
  readonly environment?: Readonly<Record<string, string>>
  /** @default the present one */
  readonly folder?: string
}

export interface RunningProcess {
  readonly pid: number
  /** Where it serves, as its first line with a URL says. */
  readonly url: URL
  /** Ends it and waits until it has ended. */
  readonly stop: () => Promise<void>
}

/** Whether processes can be kept on a core each: the peer's and the server's turn are then alike. */
export const canPin: boolean = availableParallelism() >= 2 && spawnSync('taskset', ['--version']).status === 0

/** Starts a process that serves, and resolves when it prints its URL. @throws Error with its output when it ends instead */
export async function startServing(launch: Launch): Promise<RunningProcess> {
  const child = launchNode(launch)
  let isWanted = true
  const ended = once(child, 'exit').then(([code, signal]) => {
    if (isWanted) process.stderr.write(`node ${launch.args.join(' ')} ended: ${String(signal ?? code)}\n`)
  })
  const lines: string[] = []
  for await (const line of createInterface({ input: child.stdout })) {
    lines.push(line)
    const url = /http:\/\/127\.0\.0\.1:[1-9]\d*/.exec(line)
    if (!url || child.pid === undefined) continue
    child.stdout.resume()
    return {
      pid: child.pid,
      url: new URL(url[0]),
      stop: async () => {
        isWanted = false
        child.kill('SIGTERM')
        await ended
      },
    }
  }
  throw new Error(`node ${launch.args.join(' ')} ended before it served:\n${lines.join('\n')}`)
}

/** Runs a process to its end and answers what it printed. @throws Error when it fails */
export async function runToEnd(launch: Launch, input = ''): Promise<string> {
  const child = launchNode(launch)
  child.stdin.end(input)
  let output = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text
  })
  const [code] = await once(child, 'close')
  if (code !== 0) throw new Error(`node ${launch.args.join(' ')} ended with ${String(code)}:\n${output}`)
  return output
}

function launchNode({ args, core, environment = {}, folder }: Launch): ChildProcessByStdio<Writable, Readable, null> {
  const [command = '', ...rest] =
    core === undefined || !canPin
      ? [process.execPath, ...args]
      : ['taskset', '-c', String(core), process.execPath, ...args]
  const { PATH } = process.env
  return spawn(command, rest, {
    cwd: folder,
    env: { PATH, ...environment },
    stdio: ['pipe', 'pipe', 'inherit'],
  })
}

/** Seconds of processor time that the process has taken so far; `undefined` where the system does not tell it. */
export function processorTime(pid: number): number | undefined {
  if (process.platform !== 'linux') return undefined
  // proc(5): utime and stime are the 14th and 15th field, in ticks of 1/100 s; the second, the name, may hold spaces.
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? []
  return (Number(fields[11]) + Number(fields[12])) / 100
}

/** The same of the process and all that it has started, which still run. */
export function processorTimeOfAll(pid: number): number | undefined {
  if (process.platform !== 'linux') return undefined
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
    .split(' ')
    .filter((text) => text !== '')
  return children.reduce((sum, child) => sum + (processorTimeOfAll(Number(child)) ?? 0), processorTime(pid) ?? 0)
}

/** Microseconds of processor time so far. */
export interface ThreadTimes {
  /** Of the threads that hash passwords, and of all worker threads. */
  readonly workers: number
  /** Of all other threads. */
  readonly others: number
}

/** What the threads of the process have taken; without what has ended. Not a number where the system does not tell. */
export function threadTimes(pid: number): ThreadTimes {
  if (process.platform !== 'linux') return { workers: Number.NaN, others: Number.NaN }
  const times = { workers: 0, others: 0 }
  for (const task of readdirSync(`/proc/${pid}/task`)) {
    // Documentation/scheduler/sched-stats.rst: first the nanoseconds on a processor.
    const time = Number.parseInt(readFileSync(`/proc/${pid}/task/${task}/schedstat`, 'utf8'), 10) / 1000
    const isWorker = readFileSync(`/proc/${pid}/task/${task}/comm`, 'utf8').startsWith('WorkerThread')
    times[isWorker ? 'workers' : 'others'] += time
  }
  return times
}

/** The same of all processes that it has started, those that have ended too. */
export function childrenTime(pid: number): number {
  if (process.platform !== 'linux') return Number.NaN
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
    .split(' ')
    .filter((text) => text !== '')
  // proc(5): cutime and cstime are the 16th and 17th field, in ticks of 1/100 s.
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? []
  const ended = (Number(fields[13]) + Number(fields[14])) * 10_000
  return children.reduce((sum, child) => sum + threadTimes(Number(child)).others, ended)
}

/** Megabytes (of 1,000,000 bytes) that the process holds in memory. */
export function residentMegabytes(pid: number): number {
  const { stdout } = spawnSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' })
  return (Number(stdout) * 1024) / 1_000_000
}
