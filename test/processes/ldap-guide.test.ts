/** docs/guides/directories/ldap.md, followed to the letter: its configuration files and its commands, on a real OpenLDAP. */
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, type TestContext, test } from 'node:test'
import { ldapDirectory } from '../../packages/server/src/users/directories/ldap.ts'
import { tealPassword } from '../../packages/server/test/support/directories/people.ts'
import {
  howToGetSlapd,
  type Slapd,
  serviceAccount,
  startSlapd,
  suffix,
  type Values,
} from '../../packages/server/test/support/slapd.ts'
import { skipWithout } from '../support/missing-tool.ts'
import { samplesOf, textOf } from '../support/samples.ts'
import { checksOf, type GuideProject, guideProject } from './support/guide-project.ts'

const page = 'docs/guides/directories/ldap.md'
const [activeDirectory, openldap, withGroups] = samplesOf(page)
const [check, checkUser] = checksOf(page)

/** The account that searches, and the rights that the guide says it needs. */
const account = `cn=countersign,ou=services,${suffix}`
const bindPassword = 'chosen-71'
const ofUsers = 'entry,objectClass,uid,entryUUID,mail,cn,givenName,sn,telephoneNumber,memberOf'
const ofDisabled = 'pwdAccountLockedTime,pwdStartTime,pwdEndTime,shadowExpire'
const ofActiveDirectory =
  'objectCategory,sAMAccountName,userPrincipalName,objectGUID,displayName,userAccountControl,accountExpires,msDS-User-Account-Control-Computed,lockoutTime'
const may = (branch: string, attributes: string) =>
  `access to dn.subtree="${branch},${suffix}" attrs=${attributes} by dn.exact="${account}" read by * break`
const access = [
  may('ou=people', `${ofUsers},${ofDisabled}`),
  may('ou=groups', 'entry,objectClass,cn,member,memberOf'),
  may('ou=Staff,dc=corp', `${ofUsers},${ofDisabled},${ofActiveDirectory}`),
].join('\n')

const server = await startSlapd(access)
after(() => server?.stop())
if (server) await fill(server)

async function fill({ add }: Slapd): Promise<void> {
  const unit = (ou: string) =>
    add(`ou=${ou},${suffix}`, { objectClass: 'organizationalUnit', ou: ou.split(',', 1)[0] ?? '' })
  await add(`dc=corp,${suffix}`, { objectClass: ['domain'], dc: 'corp' })
  for (const ou of ['people', 'services', 'groups', 'Staff,dc=corp']) await unit(ou)
  await add(account, { ...serviceAccount, cn: 'countersign', userPassword: bindPassword })
  const person = async (branch: string, uid: string, values: Values = {}) => {
    const names = { uid, cn: 'Mira Okafor', sn: 'Okafor', mail: `${uid}@example.com` }
    const all = { objectClass: ['inetOrgPerson'], ...names, userPassword: tealPassword, ...values }
    await add(`uid=${uid},${branch},${suffix}`, all)
  }
  await person('ou=people', 'mira')
  await person('ou=people', 'locked', { pwdAccountLockedTime: '000001010000Z' })
  await person('ou=people', 'expired', { objectClass: ['inetOrgPerson', 'shadowAccount'], shadowExpire: '12000' })
  await add(`ou=more,ou=people,${suffix}`, { objectClass: 'organizationalUnit', ou: 'more' })
  for (const branch of ['ou=people', 'ou=more,ou=people']) await person(branch, 'twin')
  const group = (cn: string, member: string) =>
    add(`cn=${cn},ou=groups,${suffix}`, { objectClass: 'groupOfNames', cn, member: `${member},${suffix}` })
  await group('crew', 'uid=mira,ou=people')
  await group('staff', 'cn=crew,ou=groups')
  const employee = (sAMAccountName: string, guid: string, userAccountControl: string) =>
    person('ou=Staff,dc=corp', sAMAccountName, {
      objectClass: ['user'],
      objectCategory: 'person',
      objectGUID: Buffer.from(guid, 'hex'),
      sAMAccountName,
      userPrincipalName: `${sAMAccountName}@corp.example.com`,
      displayName: 'Mira Okafor',
      userAccountControl,
    })
  await employee('mira', '00112233445566778899aabbccddeeff', '512')
  await employee('left', '00112233445566778899aabbccddee00', '514')
}

/** The hosts of the guide are the server of the tests. OpenLDAP knows accounts by their DN alone. */
function onThisMachine({ port, tlsPort }: Slapd): (code: string) => string {
  const places: Readonly<Record<string, string>> = {
    'ldaps://dc1.corp.example.com': `ldaps://127.0.0.1:${tlsPort}`,
    'countersign@corp.example.com': account,
    'ldap://ldap.example.com': `ldap://127.0.0.1:${port}`,
  }
  return (code) => code.replaceAll(/'([^']+)'/g, (text, inside) => (places[inside] ? `'${places[inside]}'` : text))
}

/** A project with the account's password, and the certificate that one of the files reads. */
async function projectOf(t: TestContext, slapd: Slapd, sample: typeof openldap): Promise<GuideProject> {
  const variables = { STAFF_BIND_PASSWORD: bindPassword, MEMBERS_BIND_PASSWORD: bindPassword }
  const project = await guideProject(t, sample, variables, onThisMachine(slapd))
  writeFileSync(join(project.folder, 'corp-ca.pem'), slapd.authority)
  return project
}

test('OpenLDAP: the rights of the guide are enough, and a user logs in', async (t) => {
  if (server === undefined) return skipWithout(t, howToGetSlapd)
  const { run, serve } = await projectOf(t, server, openldap)
  assert.deepEqual((await run(check)).stdout.split('\n'), [
    '  members: The server can be reached. The account of bindDn has logged in.',
    '  members: The connection is not encrypted, on this machine.',
    '  members: The filter (objectClass=inetOrgPerson) finds 5 users.',
    '  members: Users: 5. Disabled: 2.',
    '',
  ])
  assert.match(
    (await run(checkUser)).stdout,
    /; username mira; email mira@example\.com, not verified; name Mira Okafor; groups crew, staff\. Enabled\. The directory checks the password\.$/m,
  )
  const logIn = await serve()
  assert.equal(await logIn('mira', tealPassword), 200)
  assert.equal(await logIn('mira', 'teal-heron-43'), 401)
  for (const name of ['locked', 'expired', 'twin', 'nobody']) assert.equal(await logIn(name, tealPassword), 401, name)
})

test('Active Directory, played by OpenLDAP: over TLS, by both names', async (t) => {
  if (server === undefined) return skipWithout(t, howToGetSlapd)
  const { run, serve } = await projectOf(t, server, activeDirectory)
  assert.deepEqual((await run(check)).stdout.split('\n'), [
    '  staff: The server can be reached. The account of bindDn has logged in.',
    '  staff: The connection is encrypted, and the certificate is checked.',
    '  staff: The filter (&(objectCategory=person)(objectClass=user)) finds 2 users.',
    '  staff: Users: 2. Disabled: 1.',
    '',
  ])
  assert.match(
    (await run(checkUser)).stdout,
    /key 33221100-5544-7766-8899-aabbccddeeff; username mira; email mira@example\.com, not verified; name Mira Okafor\. Enabled\./,
  )
  const logIn = await serve()
  assert.equal(await logIn('mira', tealPassword), 200)
  assert.equal(await logIn('mira@corp.example.com', tealPassword), 200)
  assert.equal(await logIn('left', tealPassword), 401)
})

test('groups are found by a search', async (t) => {
  if (server === undefined) return skipWithout(t, howToGetSlapd)
  const { run } = await projectOf(t, server, withGroups)
  assert.match((await run(checkUser)).stdout, /; groups crew, staff\. Enabled\./)
})

test('each filter of the table finds the groups that it is for', async (t) => {
  if (server === undefined) return skipWithout(t, howToGetSlapd)
  const { add, port, reader } = server
  const member = `uid=mira,ou=people,${suffix}`
  const members: Readonly<Record<string, Values>> = {
    groupOfNames: { member },
    groupOfUniqueNames: { uniqueMember: member },
    posixGroup: { memberUid: 'mira', gidNumber: '700' },
  }
  const rows = [...textOf(page).matchAll(/^\| `(\w+)` \| `\{ filter: '([^']+)'/gm)]
  assert.deepEqual(
    rows.map(([, kind]) => kind),
    Object.keys(members),
  )
  for (const [, kind = '', filter = ''] of rows) {
    const baseDn = `ou=${kind},${suffix}`
    await add(baseDn, { objectClass: 'organizationalUnit', ou: kind })
    await add(`cn=rowers,${baseDn}`, { objectClass: kind, cn: 'rowers', ...members[kind] })
    const options = { url: `ldap://127.0.0.1:${port}`, preset: 'openldap', baseDn: `ou=people,${suffix}` } as const
    const directory = await ldapDirectory({ ...options, ...reader, groups: { filter, baseDn } }).open()
    t.after(directory.close)
    assert.deepEqual((await directory.find('mira', AbortSignal.timeout(10_000)))?.groups, ['rowers'], kind)
  }
})
