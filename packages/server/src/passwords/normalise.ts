/** A password can have several Unicode spellings (NIST SP 800-63B-4 §3.1.1.2: normalize with NFKC or NFKD before hashing). */

/** The form that new hashes are made from: compatibility characters and composed accents have one spelling. */
export function normalise(password: string): string {
  return password.normalize('NFKC')
}

/**
 * The strings to compare with a stored hash, at most two: first the password as it was typed, because imported hashes are made from
 * that, and then its normal form, if it differs.
 */
export function candidates(password: string): readonly string[] {
  const normal = normalise(password)
  return normal === password ? [password] : [password, normal]
}
