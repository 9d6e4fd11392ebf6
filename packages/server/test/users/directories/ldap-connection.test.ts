/** Connections to LDAP servers: encrypted, few, and made again when the server was gone. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import type { Directory } from '../../../src/users/directories/directory.ts'
import { connectForSearches } from '../../../src/users/directories/ldap/bind.ts'
import { searchesOn } from '../../../src/users/directories/ldap/searches.ts'
import { serverOf } from '../../../src/users/directories/ldap/server.ts'
import { ldapDirectory } from '../../../src/users/directories/ldap.ts'
import { openDirectory } from '../../../src/users/directories/open-directory.ts'
import { breakableProxy } from '../../support/breakable-proxy.ts'
import { makeCertificate } from '../../support/certificates.ts'
import { messages, person, tealPassword, testOnSlapd } from '../../support/directories/on-slapd.ts'
import { soon } from '../../support/directories/questions.ts'

async function canLogIn(directory: Directory): Promise<boolean> {
  const found = await directory.find('mira', soon())
  return found !== undefined && (await directory.verify?.(found, tealPassword, soon()))?.isMatch === true
}

testOnSlapd(
  'ldaps and StartTLS: the certificate must be of an authority that is trusted',
  async ({ server, add, open }, t) => {
    await add(...person('mira'))
    const folder = mkdtempSync(join(tmpdir(), 'countersign-authority-'))
    t.after(() => rmSync(folder, { recursive: true }))
    const another = makeCertificate(folder, 'another').authority
    const ways = [
      { url: `ldaps://127.0.0.1:${server.tlsPort}` },
      { url: `ldap://127.0.0.1:${server.port}`, startTls: true },
    ]
    for (const way of ways) {
      assert.equal(await canLogIn(await open({ ...way, ca: server.authority })), true)
      assert.equal(await canLogIn(await open({ ...way, ca: [another, server.authority] })), true)
      assert.equal(await canLogIn(await open({ ...way, unsafeAnyCertificate: true })), true)
      for (const wrong of [{ ca: another }, {}]) {
        const directory = await open({ ...way, ...wrong })
        await assert.rejects(directory.find('mira', soon()), /certificate/)
        const { problems } = await messages(directory)
        assert.match(problems.join(), /^The server cannot be used: .*certificate/)
      }
    }
  },
)

testOnSlapd('the certificate must have the name of the server', async ({ server, add, open }) => {
  await add(...person('mira'))
  for (const url of [`ldaps://localhost:${server.tlsPort}`, `ldap://localhost:${server.port}`]) {
    const startTls = url.startsWith('ldap:')
    const directory = await open({ url, ca: server.authority, ...(startTls && { startTls }) })
    await assert.rejects(directory.find('mira', soon()), /altnames|ECONNREFUSED/)
  }
})

testOnSlapd('no password leaves before StartTLS has succeeded', async ({ open }, t) => {
  const received: Buffer[] = []
  // It answers StartTLS with protocolError (2), as a server without it does.
  const refusal = Buffer.from('300c02010278070a010204000400', 'hex')
  const port = await listen(t, (socket) => {
    socket.on('data', (data) => {
      received.push(Buffer.from(data))
      socket.write(refusal)
    })
  })
  const directory = await open({ url: `ldap://127.0.0.1:${port}`, startTls: true })
  await assert.rejects(directory.find('mira', soon()))
  assert.equal(received.length, 1)
  assert.ok(received[0]?.includes('1.3.6.1.4.1.1466.20037') && !received[0].includes('reader'))
})

testOnSlapd('it works again after the server was gone, without a restart', async ({ server, add, open }, t) => {
  await add(...person('mira'))
  for (const [port, options] of [
    [server.port, {}],
    [server.port, { startTls: true, ca: server.authority }],
  ] as const) {
    const proxy = await breakableProxy({ host: '127.0.0.1', port })
    t.after(proxy.close)
    const directory = await open({ url: `ldap://127.0.0.1:${proxy.port}`, ...options })
    assert.equal(await canLogIn(directory), true)
    await proxy.cut()
    for (const _ of [1, 2, 3]) await assert.rejects(directory.find('mira', soon()))
    const { problems } = await messages(directory)
    assert.match(problems.join(), /^The server cannot be used: /)
    assert.ok(!problems.join().includes(server.reader.bindPassword))
    await proxy.restore()
    assert.equal(await canLogIn(directory), true)
    assert.deepEqual((await messages(directory)).problems, [])
  }
})

testOnSlapd('a connection that was closed is not made again without TLS and a bind', async ({ server, baseDn }, t) => {
  const proxy = await breakableProxy({ host: '127.0.0.1', port: server.port })
  t.after(proxy.close)
  const url = `ldap://127.0.0.1:${proxy.port}`
  const options = { url, preset: 'openldap', baseDn, ...server.reader, startTls: true, ca: server.authority } as const
  const connection = await connectForSearches(await import('ldapts'), serverOf(options), soon())
  const { search, pages } = searchesOn(connection)
  assert.equal((await search(baseDn, { scope: 'base', sizeLimit: 1 })).length, 1)
  await proxy.cut()
  await proxy.restore()
  while (connection.isOpen()) await new Promise(setImmediate)
  await assert.rejects(search(baseDn, { sizeLimit: 1 }), /has closed the connection/)
  await assert.rejects(pages(baseDn, {}).next(), /has closed the connection/)
  const bind = connection.during(soon(), (client) => client.bind('', ''))
  await assert.rejects(bind, /was closed/)
  assert.equal(proxy.connections(), 0)
})

testOnSlapd(
  'a server that says nothing is given up at the timeout, and used when it speaks again',
  async ({ server, baseDn, add, open }, t) => {
    await add(...person('mira'))
    const proxy = await breakableProxy({ host: '127.0.0.1', port: server.port })
    t.after(proxy.close)
    const options = { url: `ldap://127.0.0.1:${proxy.port}`, preset: 'openldap', baseDn, ...server.reader } as const
    const log = { info: () => {}, warn: () => {}, error: () => {} }
    // Long enough for an answer of the slowest machine.
    const limited = await openDirectory(ldapDirectory({ ...options, timeout: 5 }), { now: () => 0, log })
    t.after(limited.close)
    const found = await limited.find('mira')
    assert.ok(found)
    proxy.silence()
    await Promise.all([
      assert.rejects(limited.find('mira')),
      assert.rejects(limited.verify?.(found, tealPassword) ?? Promise.resolve()),
    ])
    await proxy.restore()
    assert.equal((await limited.find('mira'))?.username, 'mira')
    // A handshake that never ends.
    const secure = await open({ url: `ldap://127.0.0.1:${proxy.port}`, startTls: true, ca: server.authority })
    proxy.silence()
    await assert.rejects(secure.find('mira', AbortSignal.timeout(200)), /did not respond in time/)
    const ldaps = await open({ url: `ldaps://127.0.0.1:${await listen(t, () => {})}` })
    await assert.rejects(ldaps.find('mira', AbortSignal.timeout(200)), /did not respond in time/)
  },
)

testOnSlapd('searches share at most five connections', async ({ server, add, open }, t) => {
  await add(...person('mira'))
  const proxy = await breakableProxy({ host: '127.0.0.1', port: server.port })
  t.after(proxy.close)
  const directory = await open({ url: `ldap://127.0.0.1:${proxy.port}` })
  const found = await Promise.all(Array.from({ length: 40 }, () => directory.find('mira', soon())))
  assert.equal(found.filter((user) => user?.username === 'mira').length, 40)
  assert.equal(proxy.connections(), 5)
  proxy.silence()
  const calls = Array.from({ length: 12 }, () => directory.find('mira', AbortSignal.timeout(200)))
  const results = await Promise.allSettled(calls)
  assert.ok(results.every(({ status }) => status === 'rejected'))
  await proxy.restore()
  assert.equal((await directory.find('mira', soon()))?.username, 'mira')
})

testOnSlapd('a wrong password of the account is an outage, and does not lock users', async ({ server, add, open }) => {
  await add(...person('mira'))
  const bindPassword = 'not-the-password'
  const directory = await open({ bindPassword })
  await assert.rejects(directory.find('mira', soon()), /rejects bindDn with its bindPassword/)
  const { problems } = await messages(directory)
  assert.match(problems.join(), /rejects bindDn with its bindPassword/)
  assert.ok(!problems.join().includes(bindPassword))
  assert.ok(!problems.join().includes(server.reader.bindPassword))
})

testOnSlapd('it says what an operator should know', async ({ server, baseDn, add, open }) => {
  await add(...person('mira', { mail: 'mira@example.com' }))
  const { problems, facts } = await messages(await open())
  assert.deepEqual(problems, [])
  assert.deepEqual(facts, [
    'The server can be reached. The account of bindDn has logged in.',
    'The connection is not encrypted, on this machine.',
    'The filter (objectClass=inetOrgPerson) finds 1 users.',
  ])
  const problemsOf = async (options: Parameters<typeof open>[0]) => (await messages(await open(options))).problems
  assert.match((await problemsOf({ baseDn: `ou=nowhere,${baseDn}` })).join(), /^There is no entry ou=nowhere,/)
  assert.match((await problemsOf({ filter: '(uid=otto)' })).join(), /^The filter \(uid=otto\) finds no user/)
  const hidden = { attributes: { key: 'employeeNumber' } }
  assert.match((await problemsOf(hidden)).join(), /finds no user with the attribute employeeNumber/)
  assert.match(
    (await problemsOf({ unsafeAnyCertificate: true, startTls: true })).join(),
    /^Any certificate is accepted/,
  )
  const policy = {
    objectClass: ['organizationalRole', 'pwdPolicy'],
    cn: 'policy',
    pwdAttribute: 'userPassword',
    pwdLockoutDuration: '300',
  }
  await add('cn=policy', policy)
  assert.match((await problemsOf({})).join(), /^A password policy locks accounts for 300 seconds/)
  assert.deepEqual(await problemsOf({ lockoutDuration: 300 }), [])
  const limited = { bindDn: 'cn=limited,dc=example,dc=com', bindPassword: 'limited-password-12' }
  await server.add(limited.bindDn, {
    objectClass: ['organizationalRole', 'simpleSecurityObject'],
    cn: 'limited',
    userPassword: limited.bindPassword,
  })
  for (let index = 0; index < 8; index++) await add(...person(`person${index}`))
  assert.match(
    (await problemsOf({ ...limited, lockoutDuration: 300 })).join(),
    /does not list all users for this account/,
  )
})

async function listen(t: TestContext, onConnection: (socket: Socket) => void): Promise<number> {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket.on('error', () => {}))
    onConnection(socket)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return (server.address() as AddressInfo).port
}
