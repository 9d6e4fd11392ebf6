/** Users on an LDAP server are found, read, listed and checked as they are there. */
import assert from 'node:assert/strict'
import { createServer } from 'node:net'
import { UnusableEntry } from '../../../src/users/directories/directory-user.ts'
import { ldapDirectory } from '../../../src/users/directories/ldap.ts'
import { person, tealPassword, testOnSlapd } from '../../support/directories/on-slapd.ts'
import { soon } from '../../support/directories/questions.ts'

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

testOnSlapd('a user is found by the name, in any letter case, with all fields', async ({ add, open }) => {
  const dn = await add(
    ...person('mira', {
      cn: 'Mira Okafor',
      givenName: 'Mira',
      sn: 'Okafor',
      mail: 'mira@example.com',
      telephoneNumber: '+4930123456',
    }),
  )
  await add('cn=staff', { objectClass: 'groupOfNames', cn: 'staff', member: dn })
  const directory = await open()
  const found = await directory.find('Mira', soon())
  assert.match(found?.key ?? '', uuid)
  assert.deepEqual(found, {
    key: found?.key,
    sub: undefined,
    username: 'mira',
    email: 'mira@example.com',
    isEmailVerified: false,
    fullName: 'Mira Okafor',
    claims: { given_name: 'Mira', family_name: 'Okafor', phone_number: '+4930123456' },
    groups: ['staff'],
    isDisabled: false,
    passwordHash: null,
  })
  assert.equal(await directory.find('nobody', soon()), undefined)
  assert.equal(await directory.find('mira@example.com', soon()), undefined)
})

testOnSlapd('attributes and names are those of the options', async ({ add, open }) => {
  await add(...person('mira', { mail: 'mira@example.com', employeeType: 'e-71', displayName: 'Mira O.' }))
  const directory = await open({
    loginAttributes: ['uid', 'mail'],
    attributes: { key: 'employeeType', sub: 'employeeType', fullName: 'DISPLAYNAME', email: null, claims: {} },
    groups: null,
  })
  const found = await directory.find('mira@example.com', soon())
  assert.deepEqual(
    [found?.key, found?.sub, found?.username, found?.fullName, found?.email, found?.claims, found?.groups],
    ['e-71', 'e-71', 'mira', 'Mira O.', null, {}, []],
  )
  assert.equal((await directory.read(['e-71'], soon()))[0]?.username, 'mira')
  const withMail = await (await open({ emailVerified: true })).find('mira', soon())
  assert.deepEqual([withMail?.email, withMail?.isEmailVerified], ['mira@example.com', true])
})

testOnSlapd('changes are seen at once: renamed, gone', async ({ server, add, open }) => {
  const dn = await add(...person('mira'))
  await add(...person('otto'))
  const directory = await open()
  const key = (await directory.find('mira', soon()))?.key ?? ''
  const other = (await directory.find('otto', soon()))?.key ?? ''
  const both = await directory.read([other, key], soon())
  assert.deepEqual(both.map(({ username }) => username).sort(), ['mira', 'otto'])
  await server.remove(dn)
  assert.equal(await directory.find('mira', soon()), undefined)
  assert.deepEqual(await directory.read([key], soon()), [])
  await add(...person('mira'))
  assert.notEqual((await directory.find('mira', soon()))?.key, key)
  assert.deepEqual(await directory.read([key], soon()), [])
})

testOnSlapd('keys that are no keys find nobody', async ({ add, open }) => {
  await add(...person('mira'))
  const directory = await open()
  const keys = ['', '*', 'mira', ')(uid=*', '0', `${crypto.randomUUID()}*`, crypto.randomUUID().toUpperCase()]
  assert.deepEqual(await directory.read(keys, soon()), [])
  assert.deepEqual(await directory.read([], soon()), [])
})

testOnSlapd('where two users have a name, nobody is meant', async ({ add, open }) => {
  await add('ou=a', { objectClass: 'organizationalUnit', ou: 'a' })
  await add(...person('mira'))
  await add('uid=mira,ou=a', person('mira')[1])
  const directory = await open()
  assert.equal(await directory.find('mira', soon()), undefined)
})

testOnSlapd('names that the server takes for the same are other names here', async ({ add, open }) => {
  await add(...person('mira okafor'))
  const directory = await open()
  assert.equal((await directory.find('Mira Okafor', soon()))?.username, 'mira okafor')
  for (const name of ['mira  okafor', ' mira okafor', 'mira okafor ', 'mira\u00a0 okafor', 'mi\u00adra okafor']) {
    assert.equal(await directory.find(name, soon()), undefined, JSON.stringify(name))
  }
})

testOnSlapd('RFC 4515: a name is a value, whatever is in it', async ({ add, open }) => {
  await add(...person('mira'))
  const directory = await open()
  const attempts = [
    '*',
    'm*',
    '*)(uid=*',
    'mira)(|(objectClass=*',
    ')(|(objectClass=*)',
    'mira)(uid=mira',
    '(mira)',
    'mira\0',
    '\0',
    'mira\\',
    '\\2a',
    'm\\69ra',
    'mira\\00',
    '!(uid=otto)',
    '&',
    'ｍｉｒａ*',
  ]
  for (const text of attempts) assert.equal(await directory.find(text, soon()), undefined, JSON.stringify(text))
  const named = attempts.filter((text) => !text.includes('\0'))
  for (const text of named) await add(...person(text))
  for (const text of named) {
    const found = await directory.find(text, soon())
    assert.equal(found?.username, text)
    assert.equal((await directory.verify?.(found, tealPassword, soon()))?.isMatch, true, text)
  }
})

testOnSlapd('an entry that cannot be a user is no outage', async ({ add, open }) => {
  await add(...person('аlice'))
  const directory = await open()
  await assert.rejects(directory.find('аlice', soon()), UnusableEntry)
  assert.deepEqual(await directory.list(undefined, 10, soon()), [])
  const hidden = await open({ attributes: { key: 'employeeNumber' } })
  await add(...person('mira', { employeeNumber: '7' }))
  await assert.rejects(hidden.find('mira', soon()), UnusableEntry)
})

testOnSlapd('all users are listed in pages, in the order of their keys', async ({ add, open }) => {
  const names = Array.from({ length: 620 }, (_, index) => `person${index}`)
  await Promise.all(names.map((name) => add(...person(name))))
  await Promise.all(['а1a', 'а2a', 'а3a'].map((name) => add(...person(name))))
  const directory = await open()
  const pages: (readonly { key: string; username: string }[])[] = []
  for (let after: string | undefined; pages.at(-1)?.length !== 0; after = pages.at(-1)?.at(-1)?.key) {
    pages.push(await directory.list(after, 100, soon()))
  }
  const users = pages.flat()
  assert.deepEqual(users.map(({ username }) => username).sort(), names.sort())
  assert.deepEqual(
    pages.map((page) => page.length),
    [100, 100, 100, 100, 100, 100, 20, 0],
  )
  const keys = users.map(({ key }) => key)
  assert.deepEqual(keys, keys.toSorted())
})

testOnSlapd('the server checks the password: only the right one is right', async ({ add, open }) => {
  await add(...person('mira'))
  await add('uid=kiosk', { objectClass: 'inetOrgPerson', uid: 'kiosk', cn: 'kiosk', sn: 'kiosk' })
  const directory = await open()
  const found = await directory.find('mira', soon())
  assert.ok(found && directory.verify)
  assert.equal((await directory.verify(found, tealPassword, soon())).isMatch, true)
  for (const wrong of ['teal-heron-43', `${tealPassword} `, `${tealPassword}\0`, '*', 'Teal-heron-42']) {
    assert.equal((await directory.verify(found, wrong, soon())).isMatch, false, JSON.stringify(wrong))
  }
  assert.equal((await directory.verify({ ...found, key: crypto.randomUUID() }, tealPassword, soon())).isMatch, false)
  const kiosk = await directory.find('kiosk', soon())
  assert.ok(kiosk)
  assert.equal((await directory.verify(kiosk, tealPassword, soon())).isMatch, false)
  assert.equal((await directory.find('mira', soon()))?.username, 'mira')
})

testOnSlapd(
  'RFC 4513 §5.1.2: a password that is empty, or that a server may take for empty, never logs in',
  async ({ add, open }) => {
    await add(...person('mira'))
    const directory = await open()
    const found = await directory.find('mira', soon())
    assert.ok(found && directory.verify)
    for (const empty of ['', ' ', '\t\n', '\0', '\0\0', ' \0', `\0${tealPassword}`, '\u3000']) {
      assert.equal((await directory.verify(found, empty, soon())).isMatch, false, JSON.stringify(empty))
    }
  },
)

testOnSlapd(
  'a password that must be changed first does not log in, and the operator learns why',
  async ({ server, add, open }) => {
    const dn = await add(...person('mira'))
    const directory = await open()
    const found = await directory.find('mira', soon())
    assert.ok(found && directory.verify)
    assert.deepEqual(await directory.verify(found, tealPassword, soon()), { isMatch: true })
    await server.replace(dn, 'pwdReset', 'TRUE')
    const refusal = 'the password must be changed first'
    assert.deepEqual(await directory.verify(found, tealPassword, soon()), { isMatch: false, refusal })
    assert.deepEqual(await directory.verify(found, 'teal-heron-43', soon()), { isMatch: false })
  },
)

testOnSlapd('a user whom the server has locked after wrong passwords is disabled', async ({ add, open }) => {
  await add(...person('mira'))
  const directory = await open()
  const found = await directory.find('mira', soon())
  assert.ok(found && directory.verify)
  for (const _ of [1, 2, 3]) await directory.verify(found, 'teal-heron-43', soon())
  assert.equal((await directory.verify(found, tealPassword, soon())).isMatch, false)
  assert.equal((await directory.read([found.key], soon()))[0]?.isDisabled, true)
  const soonUnlocked = await open({ lockoutDuration: 300 })
  assert.equal((await soonUnlocked.find('mira', soon()))?.isDisabled, true)
})

testOnSlapd('what stands in entries is read, also for users who are read by their keys', async ({ add, open }) => {
  const objectClass = ['user', 'shadowAccount']
  const states: Record<string, Record<string, string>> = {
    enabled: { userAccountControl: '512', shadowExpire: '-1' },
    disabled: { userAccountControl: '514' },
    expired: { shadowExpire: '12000' },
    locked: { pwdAccountLockedTime: '000001010000Z' },
    inactive: { nsAccountLock: 'TRUE' },
    barred: { loginDisabled: 'TRUE' },
  }
  for (const [uid, values] of Object.entries(states)) await add(...person(uid, { objectClass, ...values }))
  const directory = await open()
  const found = await Promise.all(Object.keys(states).map((uid) => directory.find(uid, soon())))
  assert.deepEqual(
    found.filter((user) => !user?.isDisabled).map((user) => user?.username),
    ['enabled'],
  )
  const keys = found.flatMap((user) => user?.key ?? [])
  const read = await directory.read(keys, soon())
  assert.deepEqual([read.length, read.filter(({ isDisabled }) => !isDisabled).length], [6, 1])
})

testOnSlapd('a referral is never followed', async ({ server, baseDn, add, open }, t) => {
  let visits = 0
  const elsewhere = createServer((socket) => {
    visits++
    socket.destroy()
  })
  await new Promise<void>((resolve) => elsewhere.listen(0, '127.0.0.1', resolve))
  t.after(() => elsewhere.close())
  const address = elsewhere.address()
  assert.ok(typeof address === 'object' && address)
  await add(...person('mira'))
  const ref = `ldap://127.0.0.1:${address.port}/${baseDn}`
  await server.add(`ou=elsewhere,${baseDn}`, { objectClass: ['referral', 'extensibleObject'], ou: 'elsewhere', ref })
  const directory = await open()
  assert.equal((await directory.find('mira', soon()))?.username, 'mira')
  assert.equal(await directory.find('otto', soon()), undefined)
  assert.equal((await directory.list(undefined, 10, soon())).length, 1)
  await assert.rejects((await open({ baseDn: `ou=elsewhere,${baseDn}` })).find('mira', soon()))
  assert.equal(visits, 0)
})

testOnSlapd('searches can be anonymous', async ({ server, open }) => {
  const baseDn = 'ou=public,dc=example,dc=com'
  await server.add(baseDn, { objectClass: 'organizationalUnit', ou: 'public' })
  const [rdn, values] = person('mira')
  await server.add(`${rdn},${baseDn}`, values)
  const directory = await ldapDirectory({ url: `ldap://127.0.0.1:${server.port}`, preset: 'openldap', baseDn }).open()
  const found = await directory.find('mira', soon())
  assert.equal(found && (await directory.verify?.(found, tealPassword, soon()))?.isMatch, true)
  await directory.close()
  assert.equal(await (await open({ baseDn })).find('otto', soon()), undefined)
})
