/** What the servers of this folder are told: by whom the tokens are issued, and whether and by whom the route is guarded. */

export type GuardedBy = 'nobody' | 'countersign' | 'peer'

export interface Settings {
  readonly issuer: string
  readonly guardedBy: GuardedBy
}

/** From the command line: the issuer, then who guards. */
export function readSettings(): Settings {
  const [, , issuer = '', guardedBy] = process.argv
  if (guardedBy !== 'nobody' && guardedBy !== 'countersign' && guardedBy !== 'peer') {
    throw new TypeError('say who guards: nobody, countersign or peer')
  }
  return { issuer, guardedBy }
}

/** What the route answers, whoever guards it. */
export const items: readonly { readonly item_id: string; readonly owner: string }[] = [{ item_id: 'Foo', owner: 'tim' }]

export function tellUrl(port: number | undefined): void {
  process.stdout.write(`http://127.0.0.1:${port}\n`)
}
