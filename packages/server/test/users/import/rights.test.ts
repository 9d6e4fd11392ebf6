/** A member that takes rights away is never dropped, whatever its spelling and its polarity. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readRights } from '../../../src/users/import/rights.ts'
import { readText } from '../../support/imports.ts'

const now = Date.UTC(2026, 10, 29) / 1000
const past = '2026-11-28T12:00:00Z'
const future = '2027-01-15T08:00:00Z'

type Expected = 'enabled' | 'disabled' | 'asked' | 'rejected'

function verdictOn(members: Record<string, unknown>): Expected {
  const { disabledBy, problems, questions } = readRights(Object.entries(members), now)
  if (questions.length > 0) return 'asked'
  if (problems.length > 0) return 'rejected'
  return disabledBy.length > 0 ? 'disabled' : 'enabled'
}

const values: readonly (readonly [expected: Expected, name: string, ...values: unknown[]])[] = [
  ['disabled', 'disabled', true, 1, '1', 't', 'true', 'TRUE', 'yes', 'Y', past, '\u0001'],
  ['enabled', 'disabled', false, 0, '0', 'f', 'False', 'no', 'off', null, '', '\\N', 'NULL', '\u0000'],
  ['rejected', 'disabled', 'perhaps', 2.5, ['x'], -1, 'never'],
  ['disabled', 'enabled', false, 0, '0', 'f', 'false', 'no', null, ''],
  ['disabled', 'enabled', 'none', '0000-00-00 00:00:00'],
  ['rejected', 'enabled', -1, '-1', 'never'],
  ['asked', 'block_expiry', 'infinity', 'never'],
  ['enabled', 'enabled', true, 1, '1', 't', 'TRUE', 'yes', past],
  ['disabled', 'not_suspended', false, 0, '0', 'no'],
  ['enabled', 'not_suspended', true, 1],
  ['disabled', 'discarded_at', past],
  ['disabled', 'active_flag', 'N', 0],
  ['disabled', 'end_date', past],
  ['rejected', 'end_date', future],
  ['asked', 'approval_status', 'rejected', 'blocked_pending_approval'],
  ['enabled', 'marital_status', 'single', 'unknown', null],
  ['asked', 'roles', ['banned'], ['vip', 'Suspended'], 'banned', 'user;blocked', '["disabled"]'],
  ['asked', 'LOCKFLAG', 1, 'Y'],
  ['asked', 'banflag', true],
  ['enabled', 'LOCKFLAG', 0, null],
  ['asked', 'userFlags', ['isDisabled'], 'beta, locked'],
  ['enabled', 'roles', ['author', 'editor'], 'administrator', [], null],
  ['asked', 'permissions', ['read', 'Blocked'], 'banned'],
  ['enabled', 'permissions', ['delete:users', 'posts.archive', 'block_users', 'revoke-tokens'], 'users:lock'],
  ['disabled', 'dısabled', true],
  ['disabled', 'İS_BLOCKED', 1],
  ['disabled', 'is_active', false, 0, 'f', 'false', '0', null],
  ['enabled', 'is_active', true, 1, 't'],
  ['disabled', 'deleted_at', past, future, 1_764_000_000, 1_764_000_000_000, 'yesterday', { $date: past }],
  ['enabled', 'deleted_at', null, '', '\\N', '0000-00-00 00:00:00', 0, '0', false],
  [
    'disabled',
    'banned_until',
    future,
    '2027-01-15 08:00:00+00',
    '20270115080000Z',
    'infinity',
    'until he says sorry',
    true,
  ],
  ['enabled', 'banned_until', past, '2026-11-28 12:00:00.123456+00', 1_764_000_000, null, '', 0],
  ['disabled', 'confirmed_at', null, '', false, '0000-00-00'],
  ['enabled', 'confirmed_at', past, 1_764_000_000],
  ['disabled', 'accountExpires', past, '2026-11-28', '133773120000000000', 1_764_000_000],
  ['rejected', 'accountExpires', future, 'soon', true, 1],
  ['enabled', 'accountExpires', null, '', 0, '0', 'never', '9223372036854775807', 9.3e18],
  ['disabled', 'valid_from', future],
  ['enabled', 'valid_from', past, null],
  ['disabled', 'status', 'SUSPENDED', 'DEPROVISIONED', 'LOCKED_OUT', 'FORCE_CHANGE_PASSWORD', 'inactive', 'Pending'],
  ['enabled', 'status', 'ACTIVE', 'active', 'Confirmed', null],
  ['asked', 'status', 1, 0, 'premium', 'A'],
  ['disabled', 'state', 'banned'],
  ['asked', 'state', 'ldap_blocked', 'blocked_pending_approval'],
  ['enabled', 'state', 'Ohio', 'active', 3],
  ['disabled', 'userAccountControl', 514, '514', 66_050, 528, 8_389_120],
  ['enabled', 'userAccountControl', 512, '512', 66_048],
  ['rejected', 'userAccountControl', 'normal'],
  ['disabled', 'pwdAccountLockedTime', '000001010000Z', '20261128120000Z'],
  ['disabled', 'lockoutTime', '133773120000000000'],
  ['enabled', 'lockoutTime', '0', 0],
  ['disabled', 'shadowExpire', '20000', 0, '0', '1', '1000'],
  ['enabled', 'shadowExpire', '-1', ''],
  ['rejected', 'shadowExpire', '99999', 'soon'],
  ['disabled', 'pwdEndTime', '20261128120000Z'],
  ['rejected', 'pwdEndTime', '20270115080000Z', 'soon'],
  ['disabled', 'pwdStartTime', '20270115080000Z'],
  ['enabled', 'pwdStartTime', '20261128120000Z'],
  ['disabled', 'msDS-User-Account-Control-Computed', '16', 8_388_608],
  ['enabled', 'msDS-User-Account-Control-Computed', '0'],
  ['disabled', 'ds-pwp-account-disabled', 'true'],
  ['disabled', 'inetUserStatus', 'inactive', 'deleted'],
  ['enabled', 'inetUserStatus', 'Active'],
  ['disabled', 'sambaAcctFlags', '[DU         ]', '[UL         ]'],
  ['enabled', 'sambaAcctFlags', '[U          ]'],
  ['asked', 'frozen_reason', 'unpaid'],
  ['asked', 'block', { reason: 'spam' }],
  ['asked', 'blockedFor', ['google']],
  ['enabled', 'block', { reason: null, until: '' }, [], {}],
]

test('each kind of member is read by its value', () => {
  for (const [expected, name, ...all] of values) {
    for (const value of all) assert.equal(verdictOn({ [name]: value }), expected, `${name}: ${JSON.stringify(value)}`)
  }
})

const takesAway = [
  'disabled isDisabled is_disabled IS-DISABLED Disabled user_disabled accountDisabled account_is_disabled',
  'locked is_locked isLocked accountLocked account_locked lockedOut locked_out is_locked_out user-locked',
  'blocked isBlocked banned is_banned isBanned suspended is_suspended deactivated isDeactivated inactive is_inactive',
  'deleted is_deleted isDeleted soft_deleted revoked archived expired account_expired credentialsExpired terminated removed',
  'discarded isDiscarded deprovisioned cancelled is_pending dormant compromised offboarded purged erased is_not_active non_active',
  'deletedFlag deleted_flag removed_flag is_locked_flag isDeletedUser blockedYN suspended_ind',
  'nsAccountLock nsaccountlock loginDisabled login_disabled passwordExpired',
]
const grants = [
  'enabled isEnabled is_enabled is-enabled Enabled account_enabled userEnabled login_enabled active isActive Is_Active',
  'account_active approved is_approved IsApproved activated is_activated confirmed accountNonExpired account_non_locked',
  'isNotBlocked not_deleted nonDisabled account_not_suspended unlocked unblocked isNotBanned',
  'activeFlag active_flag is_active_flag enabled_flag EnabledYN active_user isActiveUser active_status active_ind',
  'allowed is_allowed permitted authorized isAuthorised has_access access_allowed access_enabled can_log_in can_sign_in sign_in_allowed signin_enabled',
  'credentialsNonExpired isAccountNonLocked can_login not_locked',
]
const since =
  'discarded_at cancelled_at deprovisioned_at offboarded_at purged_at erased_on anonymized_at deleted_at deletedAt DeletedOn suspended_at locked_at lockedAt banned_at deactivated_at disabled_on archived_at revoked_at blocked_since date_deleted suspension_date_none'
const until =
  'banned_until bannedUntil locked_until LockoutEnd lockout_end lockout_end_date_utc suspended_until ban_expires banExpires lockExpiresAt'
const unknown = [
  'blocklist_entry is_blocked_by_admin suspension deactivation revocation ban user_ban lock disablement deletion_mark',
  'inactivity_flag expiry_state soft_expired termination forbidden_since_ever access_denied',
]

test('a name is understood in every spelling', () => {
  const each = (texts: readonly string[]) => texts.flatMap((text) => text.split(' '))
  for (const name of each(takesAway)) assert.equal(verdictOn({ [name]: true }), 'disabled', name)
  for (const name of each(takesAway)) assert.equal(verdictOn({ [name]: 'false' }), 'enabled', name)
  for (const name of each(grants)) assert.equal(verdictOn({ [name]: '0' }), 'disabled', name)
  for (const name of each(grants)) assert.equal(verdictOn({ [name]: 'true' }), 'enabled', name)
  for (const name of each([since])) {
    assert.equal(verdictOn({ [name]: past }), name.endsWith('none') ? 'asked' : 'disabled', name)
    assert.equal(verdictOn({ [name]: null }), 'enabled', name)
  }
  for (const name of each([until])) {
    assert.equal(verdictOn({ [name]: future }), 'disabled', name)
    assert.equal(verdictOn({ [name]: past }), 'enabled', name)
  }
  for (const name of each(unknown)) assert.equal(verdictOn({ [name]: 'north' }), 'asked', name)
  for (const name of each(unknown)) assert.equal(verdictOn({ [name]: false }), 'enabled', name)
})

test('what sounds alike is no denial', () => {
  const members = {
    bank_account: 'DE1',
    husband: 'Tim',
    clock: 'Berlin',
    locale: 'en',
    lock_version: 7,
    created: past,
    pending_email: 'ann@example.com',
    subscription_status: 'premium',
    employment_status: 'full-time',
    lockoutEnabled: true,
    reset_password_token_expires_at: past,
    accessTokenExpiresAt: future,
    two_factor_enabled: false,
    email_verified: false,
    address: { state: 'Ohio' },
  }
  assert.equal(verdictOn(members), 'enabled')
})

test('a member of a member stops the import, since it may be about something else', () => {
  assert.deepEqual(readRights(Object.entries({ app_metadata: { blocked: true } }), now).questions, [
    'app_metadata.blocked',
  ])
  assert.deepEqual(readRights(Object.entries({ devices: [{ revoked: false }, { revoked: true }] }), now).questions, [
    'devices.revoked',
  ])
  assert.equal(verdictOn({ app_metadata: { blocked: false, status: 'vip' } }), 'enabled')
})

test('the JSON that a table has in a column stops the import, too', () => {
  const asked = (value: string) => readRights(Object.entries({ raw_app_meta_data: value }), now).questions
  assert.deepEqual(asked('{"provider":"email","banned":true}'), ['raw_app_meta_data.banned'])
  assert.deepEqual(asked(' [{"suspended_at":"2020-01-01"}]'), ['raw_app_meta_data.suspended_at'])
  for (const text of ['{"banned":false}', '{not JSON: banned}', '[]', '{']) assert.deepEqual(asked(text), [])
})

test('an option of an LDAP attribute does not hide it', () => {
  assert.equal(verdictOn({ 'nsAccountLock;vucsn-5f2': 'TRUE' }), 'disabled')
  assert.equal(verdictOn({ 'pwdAccountLockedTime;x-a': '000001010000Z' }), 'disabled')
})

test('all members that take rights away are named', () => {
  assert.deepEqual(readRights(Object.entries({ enabled: false, locked: 1, name: 'Ann' }), now).disabledBy, [
    'enabled',
    'locked',
  ])
})

test('--map reaches what is in the JSON of a column', async () => {
  const csv = 'username,meta\nann,"{""banned"":true,""login"":""anna""}"\n'
  const [ignored] = await readText(csv, { maps: ['ignore=meta.banned', 'full_name=meta.login'] })
  assert.ok(ignored?.kind === 'user')
  assert.deepEqual([ignored.user.subject.isDisabled, ignored.user.profile.fullName], [false, 'anna'])
  assert.deepEqual(ignored.facts.questions, [])
  const [disabled] = await readText(csv, { maps: ['disabled=meta.banned'] })
  assert.ok(disabled?.kind === 'user' && disabled.user.subject.isDisabled)
})
