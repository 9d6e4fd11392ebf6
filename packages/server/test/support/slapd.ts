/** OpenLDAP for tests: a private `slapd` with its own files, on loopback ports, with groups, a password policy and TLS. */
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Attribute, Change, Client } from 'ldapts'
import { freePort } from '../../../../test/support/free-port.ts'
import { makeCertificate } from './certificates.ts'
import { endProgram, findProgram, startProgram } from './programs.ts'

export type Values = Readonly<Record<string, string | readonly string[] | Buffer>>

export interface Slapd {
  readonly port: number
  readonly tlsPort: number
  /** In PEM. */
  readonly authority: string
  readonly reader: { readonly bindDn: string; readonly bindPassword: string }
  readonly add: (dn: string, values: Values) => Promise<void>
  readonly replace: (dn: string, attribute: string, value: string) => Promise<void>
  readonly remove: (dn: string) => Promise<void>
  readonly stop: () => Promise<void>
}

export const howToGetSlapd =
  'OpenLDAP is missing. Install it (Debian: apt-get install slapd openssl; macOS: brew install openldap).'

export const suffix = 'dc=example,dc=com'
/** The account that searches. */
const reader = { bindDn: `cn=reader,${suffix}`, bindPassword: 'reader-password-71' }
const admin = { dn: `cn=admin,${suffix}`, password: 'admin-password-58' }

/** `undefined` when there is none: `howToGetSlapd`. `access` is rules that come before those of the reader. */
export async function startSlapd(access = ''): Promise<Slapd | undefined> {
  const program = findProgram('slapd')
  const schemas = ['/etc/ldap/schema', '/etc/openldap/schema', '/opt/homebrew/etc/openldap/schema'].find(existsSync)
  if (program === undefined || schemas === undefined || findProgram('openssl') === undefined) return undefined
  const folder = mkdtempSync(join(tmpdir(), 'countersign-slapd-'))
  const { certificate, key, authority } = makeCertificate(folder, 'slapd')
  mkdirSync(join(folder, 'data'))
  const config = join(folder, 'slapd.conf')
  writeFileSync(config, configuration({ schemas, data: join(folder, 'data'), certificate, key, access }))
  // At once, so that they are two.
  const [port, tlsPort] = await Promise.all([freePort(), freePort()])
  const client = new Client({ url: `ldap://127.0.0.1:${port}` })
  const isReady = () =>
    client.bind(admin.dn, admin.password).then(
      () => true,
      () => false,
    )
  // With the limit of a container, of a million files, it would reserve a gigabyte of memory.
  const command = `ulimit -n 1024; exec ${program} -d 0 -f ${config} -h 'ldap://127.0.0.1:${port} ldaps://127.0.0.1:${tlsPort}'`
  const child = await startProgram('/bin/sh', ['-c', command], isReady)
  const add: Slapd['add'] = (dn, values) => client.add(dn, Object.entries(values).map(toAttribute))
  await add(suffix, { objectClass: ['domain'], dc: 'example' })
  await add(reader.bindDn, { ...serviceAccount, cn: 'reader', userPassword: reader.bindPassword })
  await add(`cn=policy,${suffix}`, policy)
  return {
    port,
    tlsPort,
    authority,
    reader,
    add,
    replace: (dn, type, value) =>
      client.modify(dn, new Change({ operation: 'replace', modification: new Attribute({ type, values: [value] }) })),
    remove: (dn) => client.del(dn),
    stop: async () => {
      await client.unbind()
      await endProgram(child)
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** What an account that is no person has. */
export const serviceAccount = { objectClass: ['organizationalRole', 'simpleSecurityObject'] }

/** Three wrong passwords lock an account, until an administrator unlocks it. */
const policy = {
  objectClass: ['organizationalRole', 'pwdPolicy'],
  cn: 'policy',
  pwdAttribute: 'userPassword',
  pwdLockout: 'TRUE',
  pwdMaxFailure: '3',
  pwdLockoutDuration: '0',
  pwdMustChange: 'TRUE',
}

function toAttribute([type, values]: [string, Values[string]]): Attribute {
  if (Buffer.isBuffer(values)) return new Attribute({ type, values: [values] })
  return new Attribute({ type, values: typeof values === 'string' ? [values] : [...values] })
}

function configuration(files: {
  readonly schemas: string
  readonly data: string
  readonly certificate: string
  readonly key: string
  readonly access: string
}): string {
  const modules = ['/usr/lib/ldap', '/usr/lib64/openldap', '/usr/libexec/openldap'].find((folder) =>
    existsSync(join(folder, 'memberof.so')),
  )
  return `
${['core', 'cosine', 'inetorgperson', 'nis'].map((name) => `include ${files.schemas}/${name}.schema`).join('\n')}
${activeDirectorySchema}
${modules === undefined ? '' : `modulepath ${modules}\nmoduleload back_mdb\nmoduleload memberof\nmoduleload ppolicy`}
TLSCertificateFile ${files.certificate}
TLSCertificateKeyFile ${files.key}
# So that a bind without a password succeeds as nobody.
allow bind_anon_dn
database mdb
suffix "${suffix}"
rootdn "${admin.dn}"
rootpw ${admin.password}
directory ${files.data}
dbnosync
maxsize 67108864
index objectClass,uid,mail,entryUUID,member,sAMAccountName eq
access to attrs=userPassword by anonymous auth by * none
access to dn.subtree="ou=public,${suffix}" by * read
access to attrs=employeeNumber by * none
${files.access}
access to * by dn.exact="${reader.bindDn}" read by dn.exact="cn=limited,${suffix}" read by anonymous auth by * none
limits dn.exact="${reader.bindDn}" size=unlimited
limits dn.exact="cn=limited,${suffix}" size=5
overlay memberof
memberof-dangling ignore
overlay ppolicy
ppolicy_default "cn=policy,${suffix}"
`
}

/** Attributes as Active Directory has them, and two of other servers, with syntaxes that OpenLDAP knows. */
const attributes = [
  ['1.2.840.113556.1.4.2', 'objectGUID', 'octetStringMatch', '40'],
  ['1.2.840.113556.1.4.221', 'sAMAccountName', 'caseIgnoreMatch', '15'],
  ['1.2.840.113556.1.4.656', 'userPrincipalName', 'caseIgnoreMatch', '15'],
  ['1.2.840.113556.1.4.782', 'objectCategory', 'caseIgnoreMatch', '15'],
  ['1.2.840.113556.1.4.8', 'userAccountControl', 'integerMatch', '27'],
  ['1.2.840.113556.1.4.1460', 'msDS-User-Account-Control-Computed', 'integerMatch', '27'],
  ['1.2.840.113556.1.4.159', 'accountExpires', 'integerMatch', '27'],
  ['1.2.840.113556.1.4.662', 'lockoutTime', 'integerMatch', '27'],
  ['2.16.840.1.113730.3.1.610', 'nsAccountLock', 'caseIgnoreMatch', '15'],
  ['2.16.840.1.113719.1.1.4.1.39', 'loginDisabled', 'booleanMatch', '7'],
] as const
const activeDirectorySchema = [
  ...attributes.map(
    ([oid, name, equality, syntax]) =>
      `attributetype ( ${oid} NAME '${name}' EQUALITY ${equality} SYNTAX 1.3.6.1.4.1.1466.115.121.1.${syntax} SINGLE-VALUE )`,
  ),
  `objectclass ( 1.2.840.113556.1.5.9 NAME 'user' SUP inetOrgPerson STRUCTURAL MAY ( ${attributes.map(([, name]) => name).join(' $ ')} ) )`,
].join('\n')
