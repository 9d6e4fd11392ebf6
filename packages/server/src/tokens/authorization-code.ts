/** Makes authorization codes (RFC 6749 §4.1.2). */

import type { Random } from '../environment.ts'
import { randomToken } from './random-token.ts'

/** Seconds. RFC 6749 §4.1.2: at most ten minutes. Clients need only a moment. */
export const codeLifetime = 60

export function newAuthorizationCode(random: Random): string {
  return randomToken(random, 'ac_')
}
