/** How entries of LDAP servers say that a user is disabled, in each spelling. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isDisabledEntry } from '../../../src/users/directories/ldap/disabled.ts'
import { toLdapEntry } from '../../../src/users/directories/ldap/entry.ts'

/** 2027-01-15T08:00:00Z */
const now = 1_800_000_000
/** The first one is a second ago, in steps of 100 nanoseconds since 1601. */
const [fileTimePast, fileTimeToCome] = ['134444735990000000', '134444736010000000']

const rows: readonly [attribute: string, disabled: readonly string[], enabled: readonly string[]][] = [
  ['userAccountControl', ['514', '66050', '2', 'x', ''], ['512', '66048', '0', '-2147483136']],
  ['accountExpires', [fileTimePast, '1', 'never', '-1'], ['0', '9223372036854775807', fileTimeToCome]],
  ['msDS-User-Account-Control-Computed', ['16', '8388624', 'x'], ['0', '8388608']],
  ['lockoutTime', ['134444735990000000', 'x'], ['0']],
  ['pwdAccountLockedTime', ['000001010000Z', '20270115075959Z', 'x'], []],
  ['pwdStartTime', ['20270115080001Z', 'soon'], ['20270115080000Z', '20260101000000Z']],
  ['pwdEndTime', ['20270115075959Z', '20270115085959+0100', '2027011507Z', 'soon'], ['20270115080001Z', '2028010100Z']],
  ['shadowExpire', ['20833', '1', '0', 'x'], ['-1', '20834']],
  ['nsAccountLock', ['true', 'TRUE', 'yes'], ['false', 'FALSE']],
  ['krbPrincipalExpiration', ['20270115075959Z'], ['20270115080001.5Z']],
  ['loginDisabled', ['TRUE'], ['FALSE']],
  ['ds-pwp-account-disabled', ['true'], ['false']],
]

function isDisabled(values: Record<string, string | Buffer | (string | Buffer)[]>, lockoutDuration = 0): boolean {
  return isDisabledEntry(toLdapEntry({ dn: 'uid=mira', ...values }), { now, lockoutDuration })
}

for (const [attribute, disabled, enabled] of rows) {
  test(`${attribute} disables, and a value that cannot be read does too`, () => {
    for (const value of disabled) assert.equal(isDisabled({ [attribute]: value }), true, value)
    for (const value of enabled) assert.equal(isDisabled({ [attribute]: value }), false, value)
    assert.equal(isDisabled({ [attribute.toLowerCase()]: disabled[0] ?? '' }), true)
  })
}

test('a user without any of these attributes is enabled', () => {
  assert.equal(isDisabled({ uid: 'mira' }), false)
})

test('a lock ends after the duration of the policy, unless an administrator made it', () => {
  assert.equal(isDisabled({ pwdAccountLockedTime: '20270115075800Z' }, 119), false)
  assert.equal(isDisabled({ pwdAccountLockedTime: '20270115075800Z' }, 121), true)
  assert.equal(isDisabled({ pwdAccountLockedTime: '000001010000Z' }, 60), true)
  assert.equal(isDisabled({ pwdAccountLockedTime: 'x' }, 60), true)
})

test('Active Directory: a lock that has ended is over, although its time stays', () => {
  assert.equal(isDisabled({ lockoutTime: fileTimePast, 'msDS-User-Account-Control-Computed': '0' }), false)
  assert.equal(isDisabled({ lockoutTime: '0', 'msDS-User-Account-Control-Computed': '16' }), true)
})

test('each value of an attribute counts, and so do bytes that are no text', () => {
  const bytes = Buffer.from([0xff, 0xfe])
  for (const [attribute, [value = ''], [other]] of rows) {
    if (other !== undefined) assert.equal(isDisabled({ [attribute]: [other, value] }), true, attribute)
    assert.equal(isDisabled({ [attribute]: bytes }), true, attribute)
    assert.equal(isDisabled({ [attribute]: [] }), false, attribute)
  }
})
