/** Tells the operator about weak and malformed keys of a set, which are not used: each once, however often the set is fetched. */
import type { IssuerAccess } from '../token-source.ts'

/** @returns a function that takes where the set is from, and a phrase that completes "the guard does not use" */
export function reportFaults({ onFailure }: IssuerAccess): (url: string, fault: string) => void {
  const reported = new Set<string>()
  return (url, fault) => {
    if (reported.has(fault)) return
    reported.add(fault)
    onFailure({ part: 'jwks', url, message: `the guard does not use ${fault}` })
  }
}
