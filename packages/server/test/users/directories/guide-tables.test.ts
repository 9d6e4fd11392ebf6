/** The tables of the guides about presets, compared with the presets. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { textOf } from '../../../../../test/support/samples.ts'
import { disablingAttributes } from '../../../src/users/directories/ldap/disabled.ts'
import { presets as ldapPresets } from '../../../src/users/directories/ldap/presets.ts'
import { mappingOf as mongoMappingOf } from '../../../src/users/directories/mongodb/mapping.ts'
import { presetNames as mongoPresetNames } from '../../../src/users/directories/mongodb/preset.ts'
import type { MongoPresetName } from '../../../src/users/directories/mongodb-options.ts'
import { mappingOf as sqlMappingOf, presetNames as sqlPresetNames } from '../../../src/users/directories/sql/mapping.ts'
import type { SqlPresetName } from '../../../src/users/directories/sql-options.ts'

/** The cells of the table whose heading has this cell, in rows. */
function rowsOf(page: string, heading: string): readonly (readonly string[])[] {
  const lines = textOf(`docs/guides/directories/${page}`).split('\n')
  const cells = (line = '') => line.split(' | ').map((cell) => cell.replace(/^\| | \|$/g, ''))
  const start = lines.findIndex((line) => cells(line).includes(heading)) + 2
  assert.ok(start > 1, heading)
  return lines.slice(start, lines.indexOf('', start)).map(cells)
}

/** What a cell has in backticks. */
function codeIn(cell = ''): readonly string[] {
  return [...cell.matchAll(/`'?([^`]*?)'?`/g)].map(([, code = '']) => code)
}

test('SQL: the table, the username and what disables are those of the presets', () => {
  const rows = rowsOf('sql.md', '`preset`')
  assert.deepEqual(rows.flatMap(([name]) => codeIn(name)).sort(), sqlPresetNames)
  for (const [name = '', table, username = '', disabled] of rows) {
    const [preset] = codeIn(name)
    const mapping = sqlMappingOf({ preset: preset as SqlPresetName, url: '' }, 'postgres')
    const written = [codeIn(table)[0], codeIn(username)[0], /in lower case/.test(username), codeIn(disabled)]
    const isLowerCase = mapping.usernameCase === 'lower-case'
    // Made of Keycloak's required actions, which the guide has in words.
    const columns = Object.keys(mapping.disabled).filter((column) => column !== 'is_unconfirmed')
    assert.deepEqual(written, [mapping.table, mapping.username, isLowerCase, columns], name)
  }
})

test('MongoDB: the collection, the username and the password are those of the presets', () => {
  const rows = rowsOf('mongodb.md', '`preset`')
  assert.deepEqual(rows.flatMap(([name]) => codeIn(name)).sort(), mongoPresetNames)
  for (const [name = '', collection, username = '', password] of rows) {
    const [preset] = codeIn(name)
    const mapping = mongoMappingOf({ preset: preset as MongoPresetName, url: '' })
    const { accounts } = mapping
    const written = [codeIn(collection), codeIn(username)[0], /in lower case/.test(username), codeIn(password)]
    // Meteor's two hashes stand in one place.
    const places = new Set(mapping.passwordHash.map((path) => path.replace(/\.(argon2|bcrypt)$/, '')))
    const hashes = accounts ? [accounts.collection, accounts.where?.['providerId']] : [...places]
    const isLowerCase = mapping.usernameCase === 'lower-case'
    assert.deepEqual(written, [[mapping.collection], mapping.username, isLowerCase, hashes], name)
  }
})

test('LDAP: the filter and the attributes are those of the presets', () => {
  const rows = rowsOf('ldap.md', "`'active-directory'`")
  const columns = [ldapPresets['active-directory'], ldapPresets.openldap]
  for (const [index, { filter, loginAttributes, attributes }] of columns.entries()) {
    const claims = Object.values(attributes.claims ?? {})
    const { key, username, email, fullName } = attributes
    const expected = [[filter], loginAttributes, [key], [username], [email], [fullName], claims]
    const written = rows.map((row) => codeIn(row[index + 1] === 'the same' ? row[index] : row[index + 1]))
    assert.deepEqual(written, expected)
  }
})

test('LDAP: all attributes that disable are in the guide', () => {
  const written = rowsOf('ldap.md', 'attributes').flatMap(([, attributes]) => codeIn(attributes))
  assert.deepEqual(written.sort(), [...disablingAttributes].sort())
})
