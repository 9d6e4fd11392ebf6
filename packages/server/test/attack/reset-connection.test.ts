/** Clients that reset the connection right after their login attempt: it must be counted by their address, or not be checked. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type CountersignEvent, createCountersign } from '../../src/index.ts'
import { programs } from '../support/embedding-apps.ts'
import { openConnection } from '../support/raw-http.ts'
import { testSecret } from '../support/server.ts'

const attempts = 40

for (const [name, program] of Object.entries(programs)) {
  // Its test program is given the address.
  if (name === 'Next') continue

  test(`D6 ${name}: no login attempt is checked without an address, although the client has reset the connection`, async (t) => {
    const events: CountersignEvent[] = []
    const countersign = await createCountersign(
      {
        secretKey: testSecret,
        databaseUrl: 'sqlite::memory:',
        passwordGrant: 'first-party',
        onEvent: (event) => void events.push(event),
      },
      { log: { info: () => {}, warn: () => {}, error: () => {} } },
    )
    t.after(countersign.close)
    const port = await program(t, countersign)
    for (let attempt = 0; attempt < attempts; attempt++) {
      const body = `username=user${attempt}&password=wrong`
      const head = `POST /token HTTP/1.1\r\nhost: a.example\r\ncontent-length: ${body.length}`
      const connection = openConnection(t, port)
      await connection.opened
      connection.write(`${head}\r\ncontent-type: application/x-www-form-urlencoded\r\n\r\n${body}`)
      connection.reset()
    }
    // A last one that waits for its response, behind the others.
    const response = await fetch(`http://127.0.0.1:${port}/token`, {
      method: 'POST',
      body: new URLSearchParams({ username: 'last', password: 'wrong' }),
    })
    assert.equal(response.status, 401)
    const unknown = events.filter((event) => event.type === 'login_failed' && event.address === '')
    assert.deepEqual(unknown, [])
  })
}
