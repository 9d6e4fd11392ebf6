/** Password hash formats that are known and not verified, so that an import can name them. */

export interface UnsupportedFormat {
  readonly pattern: RegExp
  /** Its name, with the beginning of its hashes. */
  readonly name: string
  /** Why it is not supported, as a sentence that begins after a colon. */
  readonly reason: string
}

export const unsupportedFormats: readonly UnsupportedFormat[] = [
  {
    pattern: /^\{(noop|cleartext|plain)\}/i,
    name: 'a password in clear ({noop}, {CLEARTEXT}, {PLAIN})',
    reason: 'a text that anybody can read is never taken as a hash',
  },
  {
    pattern: /^(\{CRYPT\})?\$g?y\$/i,
    name: 'yescrypt ($y$, $gy$)',
    reason: 'Node.js does not compute it, and we know no library for it',
  },
  {
    pattern: /^(\{CRYPT\})?\$7\$/i,
    name: 'the scrypt of crypt(3) ($7$)',
    reason: 'Linux systems never had it as their default',
  },
  {
    pattern: /^\{CRYPT\}[./0-9A-Za-z_]/i,
    name: 'DES crypt ({CRYPT} and 13 characters)',
    reason: 'it reads only the first 8 characters of a password',
  },
  { pattern: /^\$md5[$,]/, name: 'the MD5 of Solaris ($md5$)', reason: 'it is too rare' },
  { pattern: /^\$sha1\$/, name: 'the sha1-crypt of NetBSD ($sha1$)', reason: 'it is too rare' },
  {
    pattern: /^(\$3\$|\$NT\$|\{NT\}|\{MD4\}|\{LANMAN\})/i,
    name: 'a hash of MD4 or of Windows ($NT$, {NT}, {MD4})',
    reason: 'Node.js has no MD4 since OpenSSL 3',
  },
  { pattern: /^\$p5k2\$|^grub\.pbkdf2\./, name: 'PBKDF2 of Dwayne Litzenberger or GRUB', reason: 'it is too rare' },
  { pattern: /^U\$[SPH]\$/, name: 'a hash that Drupal 7 made of one of Drupal 6 (U$S$)', reason: 'it is too rare' },
  { pattern: /^\*[0-9A-F]{40}$/, name: 'a hash of MySQL itself (*)', reason: 'it belongs to users of the database' },
  { pattern: /^SCRAM-SHA-/, name: 'a SCRAM verifier', reason: 'it belongs to users of a database or a chat server' },
]

/** What follows the name of the hash in a sentence: which format it is, and what to do. `undefined` for an unknown format. */
export function unsupportedMessage(hash: string): string | undefined {
  const format = unsupportedFormats.find(({ pattern }) => pattern.test(hash))
  return (
    format &&
    `is ${format.name}, which is not supported: ${format.reason}. Write ! instead of it, and let the user set a new password`
  )
}
