/** Texts from outside on the terminal: no character in them has an effect there. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { printable, tellOnTerminal } from '../../src/node/terminal.ts'

/** C0 without the line feed, DEL, C1, and characters that change the direction of text. */
const active = [
  ...Array.from({ length: 32 }, (_, code) => code).filter((code) => code !== 10),
  ...Array.from({ length: 33 }, (_, index) => 0x7f + index),
  ...[0x061c, 0x200e, 0x200f, 0x2028, 0x2029, 0x202a, 0x202b, 0x202c, 0x202d, 0x202e, 0x2066, 0x2067, 0x2068, 0x2069],
].map((code) => String.fromCodePoint(code))

test('characters that move the cursor or change the direction are not printed, and all others are', async (t) => {
  const shown: string[] = []
  t.mock.method(process.stderr, 'write', (text: string) => shown.push(text) > 0)
  for (const character of active) tellOnTerminal(`one\ntwo ${character}[31mthree`)
  tellOnTerminal('Müller → 漢字 🙂')
  assert.equal(shown.pop(), 'Müller → 漢字 🙂\n')
  assert.deepEqual(new Set(shown), new Set(['one\ntwo \ufffd[31mthree\n']))
})

test('a text of one line stays on it', () => {
  assert.equal(printable('Tim\nLogged in as root\u001b[A'), 'Tim\ufffdLogged in as root\ufffd[A')
})
