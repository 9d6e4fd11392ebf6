/** The parameters of the hashes of a Firebase project, as its console shows them, or as JSON. */
import type { firebaseHashOf } from '../../passwords/from-parts.ts'
import { ImportError } from './import-error.ts'
import { squash } from './member-name.ts'

/** What `firebaseHashOf` needs of the project. */
export type FirebaseHashes = Omit<Parameters<typeof firebaseHashOf>[0], 'salt' | 'passwordHash'>

/** `text` is the console's `hash_config { ... }`, or JSON with the same names. @throws ImportError */
export function firebaseHashesOf(text: string): FirebaseHashes {
  const given = new Map(
    [...text.matchAll(/(\w+)["']?\s*[:=]\s*["']?([\w+/=-]+)/g)].map(([, name = '', value = '']) => [
      squash(name).replace(/^base64/, ''),
      value,
    ]),
  )
  const algorithm = given.get('algorithm')
  if (algorithm !== undefined && algorithm !== 'SCRYPT') {
    throw new ImportError(`has the algorithm ${algorithm}. Only SCRYPT, which Firebase itself uses, is supported`)
  }
  const memoryCost = Number(given.get('memcost') ?? given.get('memorycost'))
  const rounds = Number(given.get('rounds'))
  const [signerKey, saltSeparator] = ['signerkey', 'saltseparator'].map((name) => given.get(name))
  if (!signerKey || !saltSeparator || !Number.isInteger(rounds) || !Number.isInteger(memoryCost)) {
    throw new ImportError('must have base64_signer_key, base64_salt_separator, rounds and mem_cost')
  }
  return {
    memoryCost,
    rounds,
    signerKey: Buffer.from(signerKey, 'base64'),
    saltSeparator: Buffer.from(saltSeparator, 'base64'),
  }
}
