/** What others wrote, on its way to the terminal: no character in it does anything there. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { printable, tellOnTerminal } from '../../src/node/terminal.ts'

/** C0 but the line feed, DEL, C1, and what turns the direction of the text that follows. */
const active = [
  ...Array.from({ length: 32 }, (_, code) => code).filter((code) => code !== 10),
  ...Array.from({ length: 33 }, (_, index) => 0x7f + index),
  ...[0x061c, 0x200e, 0x200f, 0x2028, 0x2029, 0x202a, 0x202b, 0x202c, 0x202d, 0x202e, 0x2066, 0x2067, 0x2068, 0x2069],
].map((code) => String.fromCodePoint(code))

test('what moves the cursor or turns the direction is not told, and all else is', async (t) => {
  const told: string[] = []
  t.mock.method(process.stderr, 'write', (text: string) => told.push(text) > 0)
  for (const character of active) tellOnTerminal(`one\ntwo ${character}[31mthree`)
  tellOnTerminal('Müller → 漢字 🙂')
  assert.equal(told.pop(), 'Müller → 漢字 🙂\n')
  assert.deepEqual(new Set(told), new Set(['one\ntwo \ufffd[31mthree\n']))
})

test('a text of one line stays on it', () => {
  assert.equal(printable('Tim\nLogged in as root\u001b[A'), 'Tim\ufffdLogged in as root\ufffd[A')
})
