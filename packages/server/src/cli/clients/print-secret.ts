/** Prints a new client secret, the only time that it is known. */
import { print } from '../terminal/print.ts'

export function printSecret(secret: string | undefined): void {
  if (secret === undefined) return
  print(`client_secret  ${secret}\nThe secret is shown only now: the database keeps its hash.`)
}
