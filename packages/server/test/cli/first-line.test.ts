/** The first line of standard input, as it arrives in pieces. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CommandError } from '../../src/cli/command-error.ts'
import { firstLineOf } from '../../src/cli/terminal/first-line.ts'

/** The pieces, and then nothing more, as from a pipe that stays open. Reports whether somebody waits for more. */
function openPipe(...pieces: readonly (string | Uint8Array)[]) {
  const pipe = { isReadToItsEnd: false, isClosed: false, chunks: chunks() }
  async function* chunks() {
    try {
      for (const piece of pieces) yield Buffer.from(piece)
      pipe.isReadToItsEnd = true
    } finally {
      pipe.isClosed = true
    }
  }
  return pipe
}

for (const [what, pieces, line] of [
  ['one piece', ['secret\n', 'more'], 'secret'],
  ['two lines in one piece', ['secret\nmore\n', 'more'], 'secret'],
  ['a line in pieces', ['sec', 'ret', '\nmore', 'more'], 'secret'],
  ['a carriage return before the line feed', ['secret\r', '\n', 'more'], 'secret'],
  ['a carriage return inside', ['sec\rret\n', 'more'], 'sec\rret'],
  ['a character in two pieces', [Buffer.from([0xc3]), Buffer.from([0xbc, 0x0a]), 'more'], 'ü'],
  ['a byte order mark', ['\uFEFFsecret\n', 'more'], 'secret'],
  ['bytes after the line that are no UTF-8', [Buffer.from([0x61, 0x0a, 0xff]), 'more'], 'a'],
  ['an empty line', ['\nsecret\n', 'more'], ''],
] as const) {
  test(`${what}: the line is read, and nothing after its piece`, async () => {
    const pipe = openPipe(...pieces)
    assert.equal(await firstLineOf(pipe.chunks), line)
    assert.equal(pipe.isReadToItsEnd, false)
    assert.equal(pipe.isClosed, true)
  })
}

test('without a line feed the line ends with the input', async () => {
  assert.equal(await firstLineOf(openPipe('sec', 'ret').chunks), 'secret')
  assert.equal(await firstLineOf(openPipe('secret\r').chunks), 'secret')
  assert.equal(await firstLineOf(openPipe().chunks), '')
})

test('a line without an end is not read to its end', async () => {
  const piece = 'x'.repeat(16 * 1024)
  let pieces = 0
  async function* endless() {
    for (; pieces < 1000; pieces++) yield Buffer.from(piece)
  }
  await assert.rejects(firstLineOf(endless()), (error) => {
    assert.ok(error instanceof CommandError, String(error))
    assert.equal(error.message, 'The first line of standard input is too long to be a password.')
    return true
  })
  assert.ok(pieces < 10)
})

test('a line that is no UTF-8 is named', async () => {
  for (const bytes of [
    [0xff, 0x0a],
    [0x61, 0xc3, 0x0a],
    [0x61, 0xc3],
  ]) {
    await assert.rejects(firstLineOf(openPipe(Buffer.from(bytes)).chunks), /The password is not valid UTF-8/)
  }
})
