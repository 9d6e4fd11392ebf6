/** The parameters of the hashes of a Firebase project, as its console shows them, or as JSON. */
import { ImportError } from './import-error.ts'
import { squash } from './member-name.ts'

/**
 * The beginning of each hash of the project, as Supabase Auth writes it: `$fbscrypt$v=1,n=14,r=8,p=1,ss=Bw==,sk=...`. `text` is the
 * console's `hash_config { ... }`, or JSON with the same names. @throws ImportError
 */
export function firebaseHashesOf(text: string): string {
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
  const cost = given.get('memcost') ?? given.get('memorycost')
  const [signerKey, separator, rounds] = ['signerkey', 'saltseparator', 'rounds'].map((name) => given.get(name))
  if (!signerKey || !separator || !/^\d+$/.test(rounds ?? '') || !/^\d+$/.test(cost ?? '')) {
    throw new ImportError('must have base64_signer_key, base64_salt_separator, rounds and mem_cost')
  }
  return `$fbscrypt$v=1,n=${cost},r=${rounds},p=1,ss=${separator},sk=${signerKey}`
}
