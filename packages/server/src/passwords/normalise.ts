/** One password in several Unicode spellings (NIST SP 800-63B-4 §3.1.1.2: normalise with NFKC or NFKD before hashing). */

/** The form that new hashes are made of: compatibility characters and composed accents have one spelling. */
export function normalise(password: string): string {
  return password.normalize('NFKC')
}

/**
 * The strings to try against a stored hash, at most two: the password as it was typed first, because imported hashes are
 * of raw UTF-8, then its normal form if that is another.
 */
export function candidates(password: string): readonly string[] {
  const normal = normalise(password)
  return normal === password ? [password] : [password, normal]
}
