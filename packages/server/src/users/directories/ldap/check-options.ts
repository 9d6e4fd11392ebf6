/** Checks the options of a directory on an LDAP server. No message has a value of `bindPassword`, or the URL. */
import { didYouMean } from '../../../config/did-you-mean.ts'
import { isLoopback } from '../../../domain/loopback.ts'
import type { Checks } from '../declare.ts'
import type { LdapDirectoryOptions } from '../ldap-options.ts'
import { presets } from './presets.ts'

/** RFC 4512 §1.4: a name or an object identifier. */
const attributeName = /^([A-Za-z][A-Za-z0-9-]*|\d+(\.\d+)+)(;[A-Za-z0-9-]+)*$/

export function checkLdapOptions(options: LdapDirectoryOptions, { require }: Checks): void {
  const { preset, baseDn, filter, loginAttributes, attributes, groups, emailVerified, lockoutDuration } = options
  const kinds = Object.keys(presets)
  require(Object.hasOwn(presets, preset ?? ''), 'preset', `must be one of ${kinds.join(', ')}${hint(preset, kinds)}`)
  require(isText(baseDn) && baseDn.includes('='), 'baseDn', 'must be a DN, such as ou=people,dc=example,dc=com')
  checkConnection(options, { require })
  require(filter === undefined || isFilter(filter), 'filter', 'must be a filter, such as (objectClass=person)')
  const names: readonly unknown[] = Array.isArray(loginAttributes) ? loginAttributes : []
  const isLoginList = loginAttributes === undefined || (names.length > 0 && names.every(isAttribute))
  require(isLoginList, 'loginAttributes', 'must be a list of names of attributes')
  checkAttributes(attributes, { require })
  checkGroups(groups, { require })
  require(isFlag(emailVerified), 'emailVerified', 'must be true or false')
  const isDuration = lockoutDuration === undefined || (Number.isSafeInteger(lockoutDuration) && lockoutDuration >= 0)
  require(isDuration, 'lockoutDuration', 'must be a number of seconds, or 0')
}

function checkConnection(options: LdapDirectoryOptions, { require }: Checks): void {
  const { bindDn, bindPassword, startTls, ca, unsafeAnyCertificate, unsafeClearText } = options
  const url = serverUrl(options.url)
  require(url !== undefined, 'url', 'must be ldaps://host or ldap://host, with a port if needed and nothing else')
  require(isFlag(startTls), 'startTls', 'must be true or false')
  require(isFlag(unsafeAnyCertificate), 'unsafeAnyCertificate', 'must be true or false')
  require(isFlag(unsafeClearText), 'unsafeClearText', 'must be true or false')
  const isLdaps = url?.protocol === 'ldaps:'
  require(!isLdaps || startTls !== true, 'startTls', 'is for ldap:// URLs: ldaps:// is encrypted already')
  const isClear = url !== undefined && !isLdaps && startTls === false && !isLoopback(url.hostname)
  require(!isClear ||
    unsafeClearText === true, 'startTls', 'must not be false: passwords would cross the network in clear text')
  const certificates: readonly unknown[] = Array.isArray(ca) ? ca : [ca]
  const isPem = ca === undefined || (certificates.length > 0 && certificates.every(isCertificate))
  require(isPem, 'ca', 'must be a certificate in PEM, or a list of them: the text of the file, not its path')
  require(bindDn === undefined || isText(bindDn), 'bindDn', 'must be a DN')
  // RFC 4513 §5.1.2: a bind without a password succeeds as nobody.
  const hasPassword = isText(bindPassword) && bindPassword.trim() !== ''
  require(bindDn === undefined || hasPassword, 'bindPassword', 'is missing, or empty')
  require(bindPassword === undefined || bindDn !== undefined, 'bindDn', 'is missing: bindPassword is its password')
}

function checkAttributes(attributes: unknown, { require }: Checks): void {
  require(attributes === undefined || isObject(attributes), 'attributes', 'must be an object of names of attributes')
  if (!isObject(attributes)) return
  const known = ['key', 'sub', 'username', 'email', 'fullName', 'claims']
  for (const [field, value] of Object.entries(attributes)) {
    const option = `attributes.${field}`
    const isOptional = field !== 'key' && field !== 'username'
    if (!known.includes(field)) require(false, option, `is not an option${hint(field, known)}`)
    else if (field === 'claims') {
      const isMap = isObject(value) && Object.values(value).every(isAttribute)
      require(isMap, option, 'must have the name of an attribute for each claim')
    } else require(isAttribute(value) || (isOptional && value === null), option, 'must be the name of an attribute')
  }
}

function checkGroups(groups: unknown, { require }: Checks): void {
  require(groups === undefined || groups === null || isObject(groups), 'groups', 'must be an object, or null')
  if (!isObject(groups)) return
  const known = ['attribute', 'filter', 'baseDn', 'name', 'depth']
  for (const field of Object.keys(groups)) {
    require(known.includes(field), `groups.${field}`, `is not an option${hint(field, known)}`)
  }
  const { attribute, filter, baseDn, name, depth } = groups
  require(attribute === undefined || isAttribute(attribute), 'groups.attribute', 'must be the name of an attribute')
  require(attribute === undefined || filter === undefined, 'groups.attribute', 'must not be there beside filter')
  const hasMember = isFilter(filter) && /\{(dn|username)\}/.test(filter)
  require(filter === undefined ||
    hasMember, 'groups.filter', 'must be a filter with {dn} or {username}, such as (member={dn})')
  require(baseDn === undefined || (isText(baseDn) && baseDn.includes('=')), 'groups.baseDn', 'must be a DN')
  require(name === undefined || isAttribute(name), 'groups.name', 'must be the name of an attribute')
  const isDepth = typeof depth === 'number' && Number.isInteger(depth) && depth >= 1 && depth <= 50
  require(depth === undefined || isDepth, 'groups.depth', 'must be 1 to 50')
}

function serverUrl(text: unknown): URL | undefined {
  if (typeof text !== 'string' || !URL.canParse(text)) return undefined
  const url = new URL(text)
  const { protocol, hostname, pathname, search, hash, username, password } = url
  const isBare = ['', '/'].includes(pathname) && !search && !hash && !username && !password
  return ['ldap:', 'ldaps:'].includes(protocol) && hostname !== '' && isBare ? url : undefined
}

function hint(given: unknown, known: readonly string[]): string {
  return typeof given === 'string' ? didYouMean(given, known) : ''
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && !value.includes('\0')
}

function isFlag(value: unknown): boolean {
  return value === undefined || typeof value === 'boolean'
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isAttribute(value: unknown): boolean {
  return typeof value === 'string' && attributeName.test(value)
}

/** RFC 4515 §3: parentheses in values are escaped, so those that are left come in pairs. The rest is checked when the driver is loaded. */
function isFilter(value: unknown): value is string {
  if (!isText(value) || !value.startsWith('(') || !value.endsWith(')')) return false
  return value.split('(').length === value.split(')').length
}

function isCertificate(value: unknown): boolean {
  return isText(value) && value.includes('-----BEGIN CERTIFICATE-----')
}
