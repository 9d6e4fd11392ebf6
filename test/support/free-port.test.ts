/** The ports that tests give to programs which open them later. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { freePort } from './free-port.ts'

test('no port is given twice, and none is one that the system gives to other programs by chance', async () => {
  const ports: number[] = []
  // One after the other: each is free again before the next.
  for (let count = 0; count < 500; count++) ports.push(await freePort())
  assert.equal(new Set(ports).size, ports.length)
  // Where the range of Linux begins; those of macOS and Windows begin at 49152.
  assert.deepEqual(
    ports.filter((port) => port <= 1023 || port >= 32_768),
    [],
  )
})
