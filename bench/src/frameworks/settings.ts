/** The arguments of the servers in this folder. */

export type GuardedBy = 'nobody' | 'countersign' | 'peer'

export interface Settings {
  readonly issuer: string
  readonly guardedBy: GuardedBy
  /** `kid` of the key that signed the tokens, for a guard that takes one key. */
  readonly keyId: string
}

/** From the command line: the issuer, who guards, the key id. */
export function readSettings(): Settings {
  const [, , issuer = '', guardedBy, keyId = ''] = process.argv
  if (guardedBy !== 'nobody' && guardedBy !== 'countersign' && guardedBy !== 'peer') {
    throw new TypeError('say who guards: nobody, countersign or peer')
  }
  return { issuer, guardedBy, keyId }
}

/** The response of the route, with any guard. */
export const items: readonly { readonly item_id: string; readonly owner: string }[] = [{ item_id: 'Foo', owner: 'tim' }]

export function tellUrl(port: number | undefined): void {
  process.stdout.write(`http://127.0.0.1:${port}\n`)
}
