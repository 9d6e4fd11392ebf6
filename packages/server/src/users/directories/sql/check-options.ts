/** Checks the options of a directory in an SQL database. */
import { databaseUrlProblem } from '../../../config/database-url.ts'
import { didYouMean } from '../../../config/did-you-mean.ts'
import { profileClaims } from '../../../domain/change-claims.ts'
import type { Checks } from '../declare.ts'
import { disabledWhenProblem } from '../disabled-when.ts'
import type { SqlDirectoryOptions } from '../sql-options.ts'
import { presetNames, readsOurHashes } from './mapping.ts'
import { mysqlUrlProblem } from './mysql.ts'
import { kindOf, normalizeSqlUrl } from './open-database.ts'

const columnNames = ['key', 'sub', 'username', 'email', 'emailVerified', 'fullName', 'passwordHash', 'claims']

export function checkSqlOptions(options: SqlDirectoryOptions, checks: Checks): void {
  const { url, preset, realm, usernameCase = 'exact', writable = false } = options
  const check = checks.require
  const urlProblem = typeof url === 'string' ? sqlUrlProblem(url) : 'must be text'
  check(urlProblem === undefined, 'url', urlProblem ?? '')
  const isPreset = preset === undefined || presetNames.includes(preset)
  check(isPreset, 'preset', `must be one of ${presetNames.join(', ')}${didYouMean(String(preset), presetNames)}`)
  check((preset === 'keycloak') === (typeof realm === 'string' && realm !== ''), 'realm', realmRule)
  check(['exact', 'lower-case', 'ignore'].includes(usernameCase), 'usernameCase', 'must be exact, lower-case or ignore')
  check(typeof writable === 'boolean', 'writable', 'must be true or false')
  checkColumns(options, checks)
  checkDisabled(options, checks)
  checkTables(options, checks)
  const canWrite = !isPreset || readsOurHashes(preset)
  check(!writable || canWrite, 'writable', `must be false: ${preset} cannot read argon2id, which new passwords have`)
}

const realmRule = 'must be the name of a realm with the preset keycloak, and is of no use without it'

/** Never with the URL, which has a password. */
function sqlUrlProblem(url: string): string | undefined {
  const normal = normalizeSqlUrl(url)
  switch (kindOf(normal)) {
    case undefined:
      return 'must begin with postgres://, mysql://, mariadb:// or sqlite:'
    case 'mysql':
      return mysqlUrlProblem(normal)
    case 'sqlite':
      return normal === 'sqlite::memory:' ? 'must name a file: a database in memory is empty' : databaseUrlProblem(url)
    case 'postgres':
      return /[?&]options=/.test(url) ? 'must have no options=: they are set here' : databaseUrlProblem(url)
  }
}

function checkColumns({ preset, columns = {} }: SqlDirectoryOptions, { require: check }: Checks): void {
  if (!isObject(columns)) {
    check(false, 'columns', 'must be an object with names of columns')
    return
  }
  for (const [field, column] of Object.entries(columns)) {
    check(columnNames.includes(field), `columns.${field}`, `is not a field${didYouMean(field, columnNames)}`)
    const isLeftOut = column === null && !['key', 'username', 'passwordHash'].includes(field)
    const isRight = field === 'claims' ? isObject(column) : [column].flat().every(isName)
    check(isLeftOut || isRight, `columns.${field}`, 'must be the name of a column')
  }
  for (const [claim, column] of Object.entries(isObject(columns.claims) ? columns.claims : {})) {
    check(profileClaims.includes(claim), `columns.claims.${claim}`, `is not a claim${didYouMean(claim, profileClaims)}`)
    check(isName(column), `columns.claims.${claim}`, 'must be the name of a column')
  }
  if (preset !== undefined) return
  check(columns.username !== undefined, 'columns.username', 'is missing: name the column of usernames')
  check(columns.passwordHash !== undefined, 'columns.passwordHash', 'is missing: name the column of password hashes')
}

function checkDisabled({ preset, disabled }: SqlDirectoryOptions, { require: check }: Checks): void {
  const hint =
    'is missing: name the columns that say that a user is disabled, such as { is_active: false }, or write {} if there are none'
  check(disabled !== undefined || preset !== undefined, 'disabled', hint)
  if (disabled === undefined) return
  if (!isObject(disabled)) {
    check(false, 'disabled', 'must be an object with a rule for each column')
    return
  }
  for (const [column, rule] of Object.entries(disabled)) {
    const problem = rule === null ? undefined : disabledWhenProblem(rule)
    check(problem === undefined, `disabled.${column}`, problem ?? '')
  }
}

function checkTables({ preset, table, groups, where = {} }: SqlDirectoryOptions, { require: check }: Checks): void {
  const isTable = (name: unknown) => isName(name) && String(name).split('.').length <= 2
  check(table === undefined ? preset !== undefined : isTable(table), 'table', 'must be the name of a table or a view')
  const isValue = (value: unknown) => value === null || ['string', 'number', 'boolean'].includes(typeof value)
  check(
    isObject(where) && Object.values(where).every(isValue),
    'where',
    'must have a text, number, boolean or null for each column',
  )
  if (groups === undefined || groups === null) return
  if (!isObject(groups)) {
    check(false, 'groups', 'must be an object with table, user and group')
    return
  }
  check(
    isTable(groups.table) && isName(groups.user) && isName(groups.group),
    'groups',
    'must have table, user and group',
  )
  const { names: of } = groups
  const isNamed = of === undefined || (isObject(of) && isTable(of.table) && isName(of.key) && isName(of.name))
  check(isNamed, 'groups.names', 'must have table, key and name')
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && !value.includes('\0')
}
