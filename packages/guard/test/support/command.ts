/** Runs the `countersign-guard` command as people do: a process of its own, spoken to over its standard streams. */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'

const command = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url))
const fastStart = new URL('../../../../scripts/fast-start.mjs', import.meta.url).href

export interface Finished {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Runs it to its end, with `input` on standard input. */
export async function runCommand(args: readonly string[], input = ''): Promise<Finished> {
  return await finish(start(args), input)
}

/** Runs it with a standard output that is closed before anything is written, as by `| true`. */
export async function runUnread(args: readonly string[], input = ''): Promise<Finished> {
  const child = start(args)
  child.stdout.destroy()
  return await finish(child, input)
}

function start(args: readonly string[]): ChildProcessWithoutNullStreams {
  return spawn(process.execPath, ['--import', fastStart, '--conditions=source', command, ...args])
}

async function finish(child: ChildProcessWithoutNullStreams, input: string): Promise<Finished> {
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', (chunk) => {
    stdout += chunk
  })
  child.stderr.setEncoding('utf8').on('data', (chunk) => {
    stderr += chunk
  })
  // A command that ends without reading closes the pipe.
  child.stdin.on('error', () => {})
  child.stdin.end(input)
  return await new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => resolve({ code, stdout, stderr }))
  })
}

/** Writes a file that is removed when the test ends. Answers its path. */
export function writeTemporary(test: TestContext, name: string, content: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-guard-'))
  test.after(() => rmSync(folder, { recursive: true, force: true }))
  const file = join(folder, name)
  writeFileSync(file, content)
  return file
}
