/** Hashes of another scheme behind the prefix of the software that wrote them. */

import type { ParsedHash, Scheme } from '../scheme.ts'

export interface PrefixedOptions extends Pick<Scheme, 'name' | 'form' | 'writers'> {
  /** Matches the beginning of a hash, which is followed by a hash of one of the schemes. */
  readonly prefix: RegExp
  readonly schemes: readonly Scheme[]
  /** What the software makes of a password before it hashes it. @default the password */
  readonly prepare?: (password: string) => string
}

export function prefixed({ prefix, schemes, prepare = (password) => password, ...about }: PrefixedOptions): Scheme {
  return {
    ...about,
    recognises: (hash) => prefix.test(hash),
    parse: (hash): ParsedHash | undefined => {
      const [start] = prefix.exec(hash) ?? []
      if (start === undefined) return undefined
      const rest = hash.slice(start.length)
      const parsed = schemes.find((scheme) => scheme.recognises(rest))?.parse(rest)
      return (
        parsed && {
          ...parsed,
          digest: (password) => parsed.digest(prepare(password)),
          blank: start + parsed.blank,
        }
      )
    },
  }
}
