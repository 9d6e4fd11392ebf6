/**
 * The names of members that say whether a user may log in, as `squash` writes them and without a beginning such as `is` or
 * `account`. Each kind is one way to read the value.
 */

import { squash, wordsOf } from './member-name.ts'

/** `denied`: yes takes the right away. */
const denied =
  words(`disabled disable locked lockedout lockout blocked banned suspended deleted removed deactivated inactive
  inactivated revoked archived expired terminated frozen closed retired trashed spam forbidden rejected quarantined denied notactive
  notenabled notallowed unconfirmed unapproved unactivated pendingdeletion softdeleted shadowbanned logindisabled loginblocked
  loginlocked loginsuspended nsaccountlock dspwpaccountdisabled accountdisable suspendeduser blacklisted blocklisted restricted accessrevoked
  credentialsexpired passwordexpired discarded deprovisioned cancelled canceled pending dormant compromised offboarded purged erased
  anonymized anonymised`)

/** `allowed`: no, or nothing, takes the right away. */
const allowed =
  words(`enabled enable active activated approved confirmed nonexpired nonlocked notlocked notexpired notblocked
  notbanned credentialsnonexpired passwordnonexpired loginenabled loginallowed canlogin maylogin allowlogin signinenabled signinallowed
  cansignin allowsignin allowed permitted authorized authorised hasaccess accessallowed accessenabled accessgranted`)

/** `confirmedAt`: no moment takes the right away. */
const confirmedAt = words('confirmedat confirmedon activatedat activatedon approvedat approvedon enabledat')

/** `until`: a moment that is not over takes the right away. */
const until =
  words(`lockoutend lockoutenddate lockoutenddateutc lockoutuntil lockuntil lockexpires lockexpiresat lockexpiration
  lockoutexpires lockoutexpiresat banexpires banexpiresat banexpiration banend banends banuntil bannedexpires suspensionend
  suspensionends suspensionexpires suspensionexpiresat suspendeduntil`)

/** `ends`: a moment that is over takes the right away. */
const ends =
  words(`expires expiresat expireson expirydate expiry expiration expirationdate expirationtime expirydatetime expiredate validuntil
  validto validthru validthrough activeto enddate endsat endson contractend contractenddate employmentend employmentenddate membershipend
  membershipenddate accessend accessenddate activeuntil accessuntil accessexpires accessexpiresat notafter principalexpiration
  krbprincipalexpiration passwordexpires passwordexpiresat passwordexpiry passwordexpirationtime passwordexpirationdate
  krbpasswordexpiration pwdendtime`)

/** `begins`: a moment that is still to come takes the right away. */
const begins = words('validfrom notbefore activefrom startsat accessfrom pwdstarttime')

const status = words(
  'status accountstatus userstatus inetuserstatus loginstatus lifecyclestatus accountstate lifecyclestate',
)

export type RightsKind =
  | 'denied'
  | 'allowed'
  | 'denied_at'
  | 'confirmed_at'
  | 'until'
  | 'ends'
  | 'begins'
  | 'status'
  | 'state'
  | 'user_account_control'
  | 'account_lock_time'
  | 'shadow_expire'
  | 'samba_flags'

const special: ReadonlyMap<string, RightsKind> = new Map([
  ['state', 'state'],
  // Active Directory, OpenLDAP's password policy, shadow(5), Samba.
  ['useraccountcontrol', 'user_account_control'],
  ['msdsuseraccountcontrolcomputed', 'user_account_control'],
  ['lockouttime', 'account_lock_time'],
  ['pwdaccountlockedtime', 'account_lock_time'],
  ['shadowexpire', 'shadow_expire'],
  ['sambaacctflags', 'samba_flags'],
])

const tables: readonly (readonly [RightsKind, ReadonlySet<string>])[] = [
  ['denied', denied],
  ['allowed', allowed],
  ['confirmed_at', confirmedAt],
  ['until', until],
  ['ends', ends],
  ['begins', begins],
  ['status', status],
]

/** How to read the value of a member with this name; `undefined` when it is not known to say anything about rights. */
export function rightsKindOf(squashed: string): RightsKind | undefined {
  const known = special.get(squashed) ?? tables.find(([, names]) => names.has(squashed))?.[0]
  if (known !== undefined) return known
  const [, deniedName] = /^(.+)(?:at|on|date|time|since|by)$/.exec(squashed) ?? []
  if (deniedName !== undefined && denied.has(deniedName)) return 'denied_at'
  const [, dateOf] = /^(?:date|time)(.+)$/.exec(squashed) ?? []
  if (dateOf !== undefined && denied.has(dateOf)) return 'denied_at'
  const [, deniedUntil] = /^(.+)(?:until|till)$/.exec(squashed) ?? []
  if (deniedUntil !== undefined && denied.has(deniedUntil)) return 'until'
  const [, opposite = ''] = /^(?:not|non|un)(.+)$/.exec(squashed) ?? []
  if (denied.has(opposite)) return 'allowed'
  if (allowed.has(opposite)) return 'denied'
  const [, rest] = /^(?:is|has|was|account|acct|user|login|member|profile|currently)(.+)$/.exec(squashed) ?? []
  const kind = rest === undefined ? undefined : rightsKindOf(rest)
  return kind ?? kindOfFlag(squashed)
}

/** `active_flag` and `EnabledYN` say what `active` and `enabled` do. */
function kindOfFlag(squashed: string): RightsKind | undefined {
  const [, name] = /^(.+)(?:flag|yn|ind|indicator|status|user|account)$/.exec(squashed) ?? []
  const kind = name === undefined ? undefined : rightsKindOf(name)
  return kind === 'denied' || kind === 'allowed' ? kind : undefined
}

/** What a status says that lets a user in. */
export const allowingStatuses: ReadonlySet<string> =
  words(`active activated enabled confirmed approved verified ok normal valid
  registered live current open regular`)

/** What a status says that does not, with what other systems ask for before the first login. */
export const denyingStatuses: ReadonlySet<string> = new Set([
  ...denied,
  ...words(`deprovisioned provisioned staged recovery passwordexpired forcechangepassword resetrequired unconfirmed unverified
    pending pendinguseraction compromised unknown externalprovider invited registering waiting cancelled canceled hold onhold left
    dormant ended stopped draft trash deleting deprecated invalid off none pendingactivation pendingapproval pendingverification
    pendingconfirmation unregistered new created`),
])

/** A counter of changes; whether failed logins lock the user at all. */
const harmless = words('lockversion lockoutenabled')

/** Words that belong to a link or a code, whose end is not the user's. */
const ofCodes = /token|code|otp|reset|session|verif|invit|link|recovery|confirmation|cookie|magic|challenge/

/** Whether an unknown name says that its value may take rights away. */
export function soundsLikeDenial(squashed: string, nameWords: readonly string[]): boolean {
  if (harmless.has(squashed) || (/expir/.test(squashed) && ofCodes.test(squashed))) return false
  return (
    /block|suspen|deactiv|revok|revoc|disab|delet|inactiv|expir|terminat|forbid|freez|frozen|blacklist|lockout|locked|archiv|quarantin|denied/.test(
      squashed,
    ) ||
    nameWords.some((word) =>
      /^(un)?lock(flag|yn|ind)?$|^locking$|^(is|shadow)?bann?(ed|s)?(flag|yn|ind)?$|^banning$|^deny$|^denies$/.test(
        word,
      ),
    )
  )
}

/** Whether a text takes rights away as the value of a member with an unknown name, such as `approval_status: rejected`. */
export function isDenyingStatus(squashed: string, value: string): boolean {
  return /stat(?:us|e)$/.test(squashed) && !ofCodes.test(squashed) && saysDenial(value)
}

/** Members whose value puts the user into a group, as `roles: ["banned"]` and `flags: "vip, suspended"` do. */
const label = /(?:roles?|groups?|flags?|tags?|labels?|categor(?:y|ies)|types?|segments?|badges?)$/
/** What the user may do to others, such as `delete:users` and `block_users`. */
const permission = /permissions?$/

/** Whether members with this name have labels of the user. `delete_flag` does not: its name says what it means. */
export function isOfLabels(name: string): boolean {
  const squashed = squash(name)
  return (label.test(squashed) || permission.test(squashed)) && !soundsLikeDenial(squashed, wordsOf(name))
}

/** Whether one of the labels of a user takes rights away. */
export function hasDenyingLabel(name: string, value: unknown): boolean {
  if (!isOfLabels(name)) return false
  const denies = permission.test(squash(name)) ? (text: string) => denied.has(squash(text)) : saysDenial
  return [value].flat().some((part) => typeof part === 'string' && part.split(/[,;|\n]/).some(denies))
}

/** Whether a text such as `ldap_blocked` says that the user may not log in. */
export function saysDenial(value: string): boolean {
  const word = squash(value)
  return denied.has(word) || soundsLikeDenial(word, wordsOf(value))
}

function words(text: string): ReadonlySet<string> {
  return new Set(text.split(/\s+/))
}
