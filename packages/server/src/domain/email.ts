/** How e-mail addresses are compared: what is unique among verified ones, and what users log in with. */
import type { Profile } from './profile.ts'
import { usernameKey } from './username.ts'

/**
 * The form in which addresses are the same. Before the last @ as usernames: RFC 5321 §2.4 allows hosts to tell case apart there, and none
 * gives two people addresses that differ in it. After it a host name, in ASCII (UTS #46).
 */
export function emailKey(address: string): string {
  const at = address.lastIndexOf('@')
  return `${usernameKey(address.slice(0, at))}@${hostKey(address.slice(at + 1))}`
}

/** The key of the address that the user can log in with; `null` when there is none, or it is not verified. */
export function verifiedEmailKey({
  email,
  isEmailVerified,
}: Pick<Profile, 'email' | 'isEmailVerified'>): string | null {
  return isEmailVerified && email !== null && email !== '' ? emailKey(email) : null
}

function hostKey(host: string): string {
  const folded = host.normalize('NFC').toLowerCase().replace(/\.$/, '')
  // What a URL would read as something else than a host name.
  if (!/^[^\s:/?#@\\%[\]<>^|"`{}]+$/.test(folded) || !URL.canParse(`http://${folded}`)) return folded
  return new URL(`http://${folded}`).hostname
}
