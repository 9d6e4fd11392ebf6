/**
 * Meteor: bcrypt or argon2 over the SHA-256 of the password in hexadecimal. Meteor's database has the plain hash, so an import writes
 * `$meteor` before it.
 */

import { createHash } from 'node:crypto'
import type { Scheme } from '../scheme.ts'
import { argon2d, argon2i, argon2id } from './argon2.ts'
import { bcrypt } from './bcrypt.ts'
import { prefixed } from './prefixed.ts'

export const meteor: Scheme = prefixed({
  name: 'meteor',
  form: '$meteor$2b$COST$ and 53 characters (also $meteor$argon2id$...)',
  writers: 'here for Meteor, whose database has the hash without the first word',
  prefix: /^\$meteor(?=\$)/,
  schemes: [bcrypt, argon2id, argon2i, argon2d],
  prepare: (password) => createHash('sha256').update(password).digest('hex'),
})
