/** WordPress 6.8: bcrypt over a SHA-384 of the password, which has no limit of 72 bytes: `$wp$2y$10$`. */

import { createHmac } from 'node:crypto'
import type { Scheme } from '../scheme.ts'
import { bcrypt } from './bcrypt.ts'
import { prefixed } from './prefixed.ts'

export const wordpressBcrypt: Scheme = prefixed({
  name: 'wordpress-bcrypt',
  form: '$wp$2y$COST$ and 53 characters',
  writers: 'WordPress 6.8 and newer',
  prefix: /^\$wp(?=\$)/,
  schemes: [bcrypt],
  prepare: (password) => createHmac('sha384', 'wp-sha384').update(password).digest('base64'),
})
