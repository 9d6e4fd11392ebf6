/** Checks the options of a directory in MongoDB. */
import { didYouMean } from '../../../config/did-you-mean.ts'
import { profileClaims } from '../../../domain/change-claims.ts'
import type { Checks } from '../declare.ts'
import { disabledWhenProblem } from '../disabled-when.ts'
import type { MongoDirectoryOptions } from '../mongodb-options.ts'
import { isFieldPath } from './field-path.ts'
import { mongoUrlProblem, urlHasDatabase } from './mongo-url.ts'
import { presetNames, presetOf } from './preset.ts'

const fieldNames = ['key', 'sub', 'username', 'email', 'emailVerified', 'fullName', 'passwordHash', 'claims', 'groups']
const required = ['key', 'username', 'passwordHash']
const lists = ['emailVerified', 'fullName', 'passwordHash']

export function checkMongoOptions(options: MongoDirectoryOptions, checks: Checks): void {
  const { url, database, collection, preset, usernameCase = 'exact', writable = false } = options
  const check = checks.require
  const urlProblem = typeof url === 'string' ? mongoUrlProblem(url) : 'must be text'
  check(urlProblem === undefined, 'url', urlProblem ?? '')
  const isNamed = database === undefined ? typeof url !== 'string' || urlHasDatabase(url) : isDatabaseName(database)
  check(
    isNamed || urlProblem !== undefined,
    'database',
    'must be the name of a database, here or in the URL after the host',
  )
  check(collection === undefined || isCollectionName(collection), 'collection', 'must be the name of a collection')
  const isPreset = preset === undefined || presetNames.includes(preset)
  check(isPreset, 'preset', `must be one of ${presetNames.join(', ')}${didYouMean(String(preset), presetNames)}`)
  check(['exact', 'lower-case'].includes(usernameCase), 'usernameCase', 'must be exact or lower-case')
  check(typeof writable === 'boolean', 'writable', 'must be true or false')
  const canWrite = !isPreset || presetOf(preset).readsOurHashes
  check(!writable || canWrite, 'writable', `must be false: ${preset} cannot read argon2id, which new passwords have`)
  checkFields(options, checks)
  checkDisabled(options, checks)
  check(isConditions(options.where ?? {}), 'where', conditionsRule)
  checkAccounts(options, checks)
}

const conditionsRule = 'must have a text, number, boolean or null for each field'

function checkFields({ fields = {} }: MongoDirectoryOptions, { require: check }: Checks): void {
  if (!isObject(fields)) {
    check(false, 'fields', 'must be an object with names of fields')
    return
  }
  for (const [field, path] of Object.entries(fields)) {
    check(fieldNames.includes(field), `fields.${field}`, `is not a field${didYouMean(field, fieldNames)}`)
    const isLeftOut = path === null && !required.includes(field)
    const isList = lists.includes(field) && Array.isArray(path) && path.length > 0 && path.every(isFieldPath)
    const isRight = field === 'claims' ? isObject(path) : isList || isFieldPath(path)
    check(isLeftOut || isRight, `fields.${field}`, pathRule)
  }
  for (const [claim, path] of Object.entries(isObject(fields.claims) ? fields.claims : {})) {
    const isClaim = profileClaims.includes(claim)
    check(isClaim, `fields.claims.${claim}`, `is not a claim${didYouMean(claim, profileClaims)}`)
    check(isFieldPath(path), `fields.claims.${claim}`, pathRule)
  }
}

const pathRule = 'must be the name of a field, such as profile.name, and no operator'

function checkDisabled({ disabled = {} }: MongoDirectoryOptions, { require: check }: Checks): void {
  if (!isObject(disabled)) {
    check(false, 'disabled', 'must be an object with a rule for each field')
    return
  }
  for (const [path, rule] of Object.entries(disabled)) {
    check(isFieldPath(path), `disabled.${path}`, pathRule)
    const problem = rule === null ? undefined : disabledWhenProblem(rule)
    check(problem === undefined, `disabled.${path}`, problem ?? '')
  }
}

function checkAccounts({ accounts }: MongoDirectoryOptions, { require: check }: Checks): void {
  if (accounts === undefined || accounts === null) return
  if (!isObject(accounts)) {
    check(false, 'accounts', 'must be an object with collection, user and passwordHash')
    return
  }
  const { collection, user, passwordHash, where = {} } = accounts
  const isWhole = isCollectionName(collection) && isFieldPath(user) && isFieldPath(passwordHash)
  check(isWhole, 'accounts', 'must have collection, user and passwordHash')
  check(isConditions(where), 'accounts.where', conditionsRule)
}

/** A value that is an object could be an operator. */
function isConditions(where: unknown): boolean {
  if (!isObject(where)) return false
  return Object.entries(where).every(
    ([path, value]) => isFieldPath(path) && (value === null || ['string', 'number', 'boolean'].includes(typeof value)),
  )
}

function isDatabaseName(name: unknown): boolean {
  return typeof name === 'string' && /^[^/\\. "$*<>:|?\0]{1,63}$/.test(name)
}

function isCollectionName(name: unknown): boolean {
  return typeof name === 'string' && name !== '' && !/[$\0]/.test(name)
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
