/** Conditional requests: whether the client has the current response already (RFC 9110 §13.1.2). */

/** Whether `ifNoneMatch`, the value of that header, names `tag`, an entity tag, or anything. */
export function isKnownTag(ifNoneMatch: string | undefined, tag: string): boolean {
  if (ifNoneMatch === undefined) return false
  // §8.8.3: entity-tag = [ "W/" ] DQUOTE *etagc DQUOTE. In the quotes a comma may stand.
  const known: readonly string[] = ifNoneMatch.match(/"[\x21\x23-\x7e\x80-\xff]*"/g) ?? []
  // §13.1.2: compared weakly, that is without the W/.
  return ifNoneMatch.trim() === '*' || known.includes(tag.replace(/^W\//, ''))
}
