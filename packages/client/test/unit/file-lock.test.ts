/** withFileLock: one owner at a time, whatever a crash, another clock or another program left behind. */
import assert from 'node:assert/strict'
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { withFileLock } from '../../src/node/file-lock.ts'

const worker = fileURLToPath(new URL('../support/contend-for-lock.ts', import.meta.url))

function freshFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-client-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** A lock file that a crashed process left behind. */
function leaveBehind(path: string, touched = new Date(0)): void {
  writeFileSync(path, '')
  utimesSync(path, touched, touched)
}

/** Resolves when `condition` holds; rejects when it does not within about ten seconds. */
async function until(condition: () => boolean): Promise<void> {
  for (let attempt = 0; attempt < 1000; attempt++) {
    if (condition()) return
    await setTimeout(10)
  }
  throw new Error('the condition was not met in time')
}

async function startContender(t: TestContext): Promise<ChildProcess> {
  const child = fork(worker, { execArgv: ['--conditions=source'] })
  t.after(() => child.kill())
  await once(child, 'message')
  return child
}

/** Makes all of them take the lock at the same time, and returns how many were not alone. */
async function contend(contenders: readonly ChildProcess[], path: string): Promise<number> {
  const responses = contenders.map(async (child) => {
    const response = once(child, 'message')
    child.send(path)
    const [intruders] = await response
    return Number(intruders)
  })
  return (await Promise.all(responses)).reduce((sum, intruders) => sum + intruders, 0)
}

test('a lock that a crash left behind is broken by one process, and owned by one at a time: 40 rounds of 4 processes', async (t) => {
  const folder = freshFolder(t)
  const contenders = await Promise.all(Array.from({ length: 4 }, () => startContender(t)))
  for (let round = 0; round < 40; round++) {
    const path = join(folder, `${round}.lock`)
    leaveBehind(path)
    // In every second round, the process crashed while it broke the lock; in every fourth, while it broke the lock of that step.
    if (round % 2 === 1) leaveBehind(`${path}.break`)
    if (round % 4 === 3) leaveBehind(`${path}.break.break`)
    assert.equal(await contend(contenders, path), 0, `round ${round}`)
  }
  assert.deepEqual(readdirSync(folder), [])
})

test('a lock from long ago or from the future is broken, a fresh one is waited for', async (t) => {
  const path = join(freshFolder(t), 'tokens.lock')
  for (const seconds of [-60, 60, 4e8]) {
    leaveBehind(path, new Date(Date.now() + seconds * 1000))
    assert.equal(await withFileLock(path, async () => 'done'), 'done')
    assert.equal(existsSync(path), false)
  }
  writeFileSync(path, '')
  let isHeld = true
  const waiting = withFileLock(path, async () => isHeld)
  await setTimeout(100)
  isHeld = false
  rmSync(path)
  assert.equal(await waiting, false)
})

test('a lock shows that its owner lives for as long as the work lasts', async (t) => {
  const path = join(freshFolder(t), 'tokens.lock')
  t.mock.timers.enable({ apis: ['setInterval', 'Date'], now: Date.now() })
  const touched = () => lstatSync(path).mtimeMs
  await withFileLock(path, async () => {
    // Longer than a lock is valid whose owner shows nothing.
    for (let seconds = 2; seconds <= 12; seconds += 2) {
      t.mock.timers.tick(2000)
      await until(() => Math.abs(touched() - Date.now()) < 1000)
    }
  })
  assert.equal(existsSync(path), false)
})

test('anything but a file in the way of the lock is reported at once, and stays where it is', async (t) => {
  const folder = freshFolder(t)
  const kinds = {
    folder: (path: string) => mkdirSync(path),
    'old folder': (path: string) => {
      mkdirSync(path)
      utimesSync(path, new Date(0), new Date(0))
    },
    'dangling link': (path: string) => symlinkSync(join(folder, 'nowhere'), path),
    link: (path: string) => symlinkSync(folder, path),
  }
  for (const [name, make] of Object.entries(kinds)) {
    const path = join(folder, name)
    make(path)
    const kind = lstatSync(path).mode
    const attempt = withFileLock(path, () => assert.fail('the work was done'))
    await assert.rejects(attempt, {
      name: 'ClientError',
      code: 'storage_locked',
      message: /is not a file\. Remove it$/,
    })
    assert.equal(lstatSync(path).mode, kind)
  }
  assert.deepEqual(readdirSync(folder).toSorted(), Object.keys(kinds).toSorted())
})

test('a process that lost the lock while the machine slept does not remove that of the next owner', async (t) => {
  const path = join(freshFolder(t), 'tokens.lock')
  await withFileLock(path, async () => {
    rmSync(path)
    writeFileSync(path, '')
  })
  assert.ok(existsSync(path))
  assert.equal(existsSync(`${path}.break`), false)
})

test('the lock is released when the work fails', async (t) => {
  const folder = freshFolder(t)
  const work = () => Promise.reject(new Error('no network'))
  await assert.rejects(withFileLock(join(folder, 'tokens.lock'), work), /no network/)
  assert.deepEqual(readdirSync(folder), [])
})
