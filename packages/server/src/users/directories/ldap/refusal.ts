/** Why a server does not let a user in, as far as it says so: for the operator's trace. */
import type { PasswordCheck } from '../directory.ts'

/** draft-behera-ldap-password-policy-10 §6.2, and how OpenLDAP says it at a bind. */
const policyErrors: Readonly<Record<number, string>> = {
  0: 'the password has expired',
  1: 'the account is locked',
  2: 'the password must be changed first',
}

/** Active Directory, in the message of a failed bind: codes of Windows (MS-ERREF §2.2) in hexadecimal. */
const windowsErrors: Readonly<Record<string, string>> = {
  '530': 'the user may not log in at this time',
  '531': 'the user may not log in from this machine',
  '532': 'the password has expired',
  '533': 'the account is disabled',
  '701': 'the account has expired',
  '773': 'the password must be changed first',
  '775': 'the account is locked',
}

/** After a bind that succeeded. With a password that must be changed first, the server lets the user do nothing else. */
export function policyCheck(policyError: number | undefined): PasswordCheck {
  const refusal = policyErrors[policyError ?? -1]
  return refusal === undefined ? { isMatch: true } : { isMatch: false, refusal }
}

/** After a bind that failed. */
export function refusedCheck(error: unknown, policyError: number | undefined): PasswordCheck {
  const message = error instanceof Error ? error.message : ''
  const [, code = ''] = /AcceptSecurityContext error, data ([0-9a-f]+),/i.exec(message) ?? []
  const refusal = windowsErrors[code.toLowerCase()] ?? policyErrors[policyError ?? -1]
  return refusal === undefined ? { isMatch: false } : { isMatch: false, refusal }
}
