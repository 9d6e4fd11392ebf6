/** fileStorage: a file of one user, whole at any time, and one process at a time under its lock. */
import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { ClientError } from '../../src/errors.ts'
import { fileStorage } from '../../src/node/file-storage.ts'

const worker = fileURLToPath(new URL('../support/count-under-lock.ts', import.meta.url))

function freshFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-client-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

function modeOf(path: string): number {
  return statSync(path).mode & 0o777
}

test('what is set is read by another storage of the same file, until it is removed', async (t) => {
  const path = join(freshFolder(t), 'programs', 'notes', 'tokens.json')
  const storage = fileStorage(path)
  assert.equal(await storage.get('a'), undefined)
  await storage.set('a', 'one')
  await storage.set('__proto__', 'two')
  const other = fileStorage(path)
  assert.equal(await other.get('a'), 'one')
  assert.equal(await other.get('__proto__'), 'two')
  assert.equal(await other.get('constructor'), undefined)
  await other.remove('a')
  assert.equal(await storage.get('a'), undefined)
})

test('the file is made with mode 0600 in a folder of mode 0700, and nothing else stays there', async (t) => {
  const folder = join(freshFolder(t), 'notes')
  const storage = fileStorage(join(folder, 'tokens.json'))
  await storage.lock('a', () => Promise.resolve(storage.set('a', 'one')))
  await storage.set('b', 'two')
  assert.equal(modeOf(folder), 0o700)
  assert.equal(modeOf(join(folder, 'tokens.json')), 0o600)
  assert.deepEqual(readdirSync(folder), ['tokens.json'])
})

test('a file that others may read is rejected with the command that fixes it, and stays as it is', async (t) => {
  const path = join(freshFolder(t), 'tokens.json')
  const storage = fileStorage(path)
  await storage.set('a', 'one')
  const before = readFileSync(path, 'utf8')
  for (const mode of [0o640, 0o604, 0o602]) {
    chmodSync(path, mode)
    const rejected = { name: 'ClientError', code: 'storage_unsafe', message: /Run: chmod 600 '.*tokens\.json'$/ }
    await assert.rejects(Promise.resolve(storage.get('a')), rejected)
    await assert.rejects(Promise.resolve(storage.set('a', 'two')), rejected)
  }
  assert.equal(readFileSync(path, 'utf8'), before)
  chmodSync(path, 0o600)
  assert.equal(await storage.get('a'), 'one')
})

test('a file with other content is not overwritten, and the error does not quote it', async (t) => {
  const path = join(freshFolder(t), 'tokens.json')
  for (const text of ['', 'a-token', '[]', 'null', '{"a": 1}', '{"a": "a-token"']) {
    writeFileSync(path, text, { mode: 0o600 })
    const storage = fileStorage(path)
    for (const attempt of [() => storage.get('a'), () => storage.set('a', 'two')]) {
      await assert.rejects(
        async () => await attempt(),
        (error) =>
          error instanceof ClientError && error.code === 'storage_unreadable' && !/a-token/.test(error.message),
      )
    }
    assert.equal(readFileSync(path, 'utf8'), text)
  }
})

const mayGiveAway = process.getuid?.() === 0 || 'only root can give a file to another user'

test('a file or a folder of another user is rejected and not read', {
  skip: mayGiveAway !== true && mayGiveAway,
}, async (t) => {
  const folder = freshFolder(t)
  const path = join(folder, 'tokens.json')
  const storage = fileStorage(path)
  await storage.set('a', 'one')
  for (const place of [path, folder]) {
    chownSync(place, 12345, 12345)
    const rejected = { name: 'ClientError', code: 'storage_unsafe', message: /belongs to another user/ }
    await assert.rejects(async () => await storage.get('a'), rejected)
    await assert.rejects(async () => await storage.set('a', 'two'), rejected)
    chownSync(place, 0, 0)
  }
  assert.equal(await storage.get('a'), 'one')
})

test('what is written is on the disk before it replaces what was there', async (t) => {
  const path = join(freshFolder(t), 'tokens.json')
  const storage = fileStorage(path)
  await storage.set('a', 'one')
  const handle = await open(path)
  const prototype: FileHandle = Object.getPrototypeOf(handle)
  await handle.close()
  const before = readFileSync(path, 'utf8')
  const sync = prototype.sync
  const contents: string[] = []
  t.mock.method(prototype, 'sync', async function (this: FileHandle) {
    contents.push(readFileSync(path, 'utf8'))
    await sync.call(this)
  })
  await storage.set('a', 'two')
  assert.deepEqual(contents, [before])
  assert.equal(await storage.get('a'), 'two')
})

test('values set at the same time are all kept', async (t) => {
  const path = join(freshFolder(t), 'tokens.json')
  const keys = Array.from({ length: 20 }, (_, index) => `key ${index}`)
  await Promise.all(keys.map((key) => fileStorage(path).set(key, key)))
  const storage = fileStorage(path)
  for (const key of keys) assert.equal(await storage.get(key), key)
})

test('under the lock, four processes that read and then write lose nothing', async (t) => {
  const path = join(freshFolder(t), 'tokens.json')
  const processes = Array.from({ length: 4 }, () =>
    spawn(process.execPath, ['--conditions=source', worker, path, '10']),
  )
  const codes = await Promise.all(processes.map((child) => new Promise((resolve) => child.once('close', resolve))))
  assert.deepEqual(codes, [0, 0, 0, 0])
  assert.equal(await fileStorage(path).get('count'), '40')
})

test('the lock is released when the work fails', async (t) => {
  const storage = fileStorage(join(freshFolder(t), 'tokens.json'))
  await assert.rejects(
    storage.lock('a', () => Promise.reject(new Error('no network'))),
    /no network/,
  )
  assert.equal(await storage.lock('a', () => Promise.resolve('done')), 'done')
})

test('a folder that others may write is rejected with the command that fixes it; one with the sticky bit is not', async (t) => {
  const folder = freshFolder(t)
  const storage = fileStorage(join(folder, 'tokens.json'))
  await storage.set('a', 'one')
  for (const mode of [0o770, 0o702, 0o777]) {
    chmodSync(folder, mode)
    const rejected = {
      name: 'ClientError',
      code: 'storage_unsafe',
      message: /Run: chmod go-w '.*countersign-client-.*'$/,
    }
    await assert.rejects(Promise.resolve(storage.get('a')), rejected)
    await assert.rejects(Promise.resolve(storage.set('a', 'two')), rejected)
    await assert.rejects(
      storage.lock('a', async () => {}),
      rejected,
    )
  }
  chmodSync(folder, 0o1777)
  assert.equal(await storage.get('a'), 'one')
  assert.deepEqual(readdirSync(folder), ['tokens.json'])
})

test('anything but a file is reported as such without a wait, and stays as it is', async (t) => {
  const folder = freshFolder(t)
  const target = join(folder, 'elsewhere.json')
  writeFileSync(target, '{"a":"one"}', { mode: 0o600 })
  const places = { folder: /is a folder/, link: /is a link/, pipe: /is not a file/ }
  mkdirSync(join(folder, 'folder'))
  symlinkSync(target, join(folder, 'link'))
  execFileSync('mkfifo', ['-m', '600', join(folder, 'pipe')])
  for (const [name, message] of Object.entries(places)) {
    const storage = fileStorage(join(folder, name))
    for (const attempt of [() => storage.get('a'), () => storage.set('a', 'two'), () => storage.remove('a')]) {
      await assert.rejects(async () => await attempt(), { name: 'ClientError', code: 'storage_unreadable', message })
    }
  }
  assert.ok(lstatSync(join(folder, 'link')).isSymbolicLink())
  assert.equal(readFileSync(target, 'utf8'), '{"a":"one"}')
  assert.deepEqual(readdirSync(folder).toSorted(), ['elsewhere.json', 'folder', 'link', 'pipe'])
})
