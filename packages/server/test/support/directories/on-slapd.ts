/** Tests with users on a real LDAP server, which is started once for the file that imports this one. */
import { randomUUID } from 'node:crypto'
import { after, before, type TestContext, test } from 'node:test'
import { skipWithout } from '../../../../../test/support/missing-tool.ts'
import type { Directory } from '../../../src/users/directories/directory.ts'
import { ldapDirectory } from '../../../src/users/directories/ldap.ts'
import type { LdapDirectoryOptions } from '../../../src/users/directories/ldap-options.ts'
import { howToGetSlapd, type Slapd, startSlapd, suffix, type Values } from '../slapd.ts'
import { soon } from './questions.ts'

/** A part of the server for one test. */
export interface Branch {
  readonly server: Slapd
  readonly baseDn: string
  /** Adds an entry below `baseDn`, and returns its DN. */
  readonly add: (rdn: string, values: Values) => Promise<string>
  readonly open: (options?: Partial<LdapDirectoryOptions>) => Promise<Directory>
}

let running: Slapd | undefined
before(async () => {
  running = await startSlapd()
})
after(() => running?.stop())

/** A test with the server; without one it says what to install. */
export function testOnSlapd(title: string, work: (branch: Branch, t: TestContext) => Promise<void>): void {
  test(title, async (t) => {
    const server = running
    if (server === undefined) return skipWithout(t, howToGetSlapd)
    const name = randomUUID()
    const baseDn = `ou=${name},${suffix}`
    await server.add(baseDn, { objectClass: 'organizationalUnit', ou: name })
    const add: Branch['add'] = async (rdn, values) => {
      await server.add(`${rdn},${baseDn}`, values)
      return `${rdn},${baseDn}`
    }
    const open: Branch['open'] = async (options = {}) => {
      const url = `ldap://127.0.0.1:${server.port}`
      const declaration = ldapDirectory({ url, preset: 'openldap', baseDn, ...server.reader, ...options })
      const directory = await declaration.open()
      t.after(directory.close)
      return directory
    }
    await work({ server, baseDn, add, open }, t)
  })
}

export const tealPassword = 'teal-heron-42'

/** A person as OpenLDAP keeps them. */
export function person(uid: string, values: Values = {}): [string, Values] {
  const all = { objectClass: ['inetOrgPerson'], uid, cn: uid, sn: uid, userPassword: tealPassword, ...values }
  return [`uid=${escaped(uid)}`, all]
}

/** RFC 4514 §2.4. */
function escaped(value: string): string {
  return [...Buffer.from(value)].map((byte) => `\\${byte.toString(16).padStart(2, '0')}`).join('')
}

export async function messages(directory: Directory): Promise<{ problems: string[]; facts: string[] }> {
  const findings = await directory.inspect(soon())
  const those = (isProblem: boolean) => findings.filter((found) => found.isProblem === isProblem).map((f) => f.message)
  return { problems: those(true), facts: those(false) }
}
