/** How e-mail addresses are compared: what is unique among verified ones, and what users log in with. */
import type { Profile } from './profile.ts'
import { usernameKey } from './username.ts'

/**
 * The form in which addresses are the same. Before the last @ as usernames: RFC 5321 §2.4 allows hosts to tell case apart there, and none
 * gives two people addresses that differ in it. After it a host name, in ASCII (UTS #46).
 */
export function emailKey(address: string): string {
  const normal = address.normalize('NFKC')
  const at = normal.lastIndexOf('@')
  return `${usernameKey(normal.slice(0, at))}@${hostKey(normal.slice(at + 1))}`
}

/** Whether what a user types, or is called, can be an address: it has an @ of any width. */
export function mayBeEmail(name: string): boolean {
  return name.normalize('NFKC').includes('@')
}

/** The key of the address that the user can log in with; `null` when there is none, or it is not verified. */
export function verifiedEmailKey({
  email,
  isEmailVerified,
}: Pick<Profile, 'email' | 'isEmailVerified'>): string | null {
  return isEmailVerified && email !== null && email !== '' ? emailKey(email) : null
}

function hostKey(host: string): string {
  const folded = host.toLowerCase()
  // What a URL would read as something else than a host name.
  if (!/^[^\s:/?#@\\%[\]<>^|"`{}]+$/.test(folded) || !URL.canParse(`http://${folded}`)) return folded
  const { hostname } = new URL(`http://${folded}`)
  // One dot at the end belongs to a full name (RFC 1034 §3.1). Two are no host name.
  return /(?:^|\.)\.$/.test(hostname) ? folded : hostname.replace(/\.$/, '')
}
