/** Names of members, compared in any spelling: `is_active`, `isActive`, `IS-ACTIVE` and `Is active` are the same. */

/** The letters and digits of a name, in lower case. Programs that run in Turkish write `dısabled` for DISABLED. */
export function squash(name: string): string {
  return name
    .normalize('NFKC')
    .toLowerCase()
    .replace(/\u0131|i\u0307/g, 'i')
    .replace(/[^\p{L}\p{N}]+/gu, '')
}

/** The words of a name, in lower case: of `lastLockoutDate`, `last`, `lockout` and `date`. */
export function wordsOf(name: string): readonly string[] {
  return name
    .replace(/(\p{Ll}|\p{N})(\p{Lu})/gu, '$1 $2')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '')
}
