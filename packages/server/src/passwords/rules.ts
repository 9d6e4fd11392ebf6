/** The rules for new passwords (NIST SP 800-63B-4 §3.1.1.2, ASVS 5.0 §6.2): how long, and not easy to guess; nothing about their composition. */
import { usernameKey } from '../domain/username.ts'
import { isCommonPassword } from './common-passwords.ts'
import { isTooLong, lengthOf } from './login-rules.ts'
import { normalise } from './normalise.ts'

/** In code points of the normal form. */
export const minimumLength = 8
const maximumLength = 256
/** Shorter words are part of too many others. */
const minimumWordLength = 3

/**
 * Why a user cannot have a new password, as what follows `password` in a sentence; `undefined` when the user can. `about` is what others
 * know about the user: the username, the email, the name of the deployment.
 */
export function passwordProblem(password: string, about: readonly string[] = []): string | undefined {
  // Before the normalisation, which is quadratic.
  if (isTooLong(password)) return tooLong
  if (!password.isWellFormed()) return 'must be valid Unicode text'
  if (password.includes('\0')) return 'must not contain the null character'
  const normal = normalise(password)
  const length = lengthOf(normal)
  if (length > maximumLength) return tooLong
  if (length < minimumLength) return `must have at least ${minimumLength} characters`
  if (normal.trim() === '') return 'must not be white space alone'
  // ASVS 6.2.4: not one of those that others try first.
  if (isCommonPassword(normal)) return 'must not be one of the 100,000 most common passwords'
  // ASVS 6.2.11, NIST: context-specific words, such as the name of the service and the username, and derivatives.
  if (isMadeOf(normal, about)) {
    return 'must not be made of the username, the email or the name of this service: what is left without them is too easy to guess'
  }
  return undefined
}

const tooLong = `must have at most ${maximumLength} characters`

/** Whether the password contains such words, and what is left without them could not be a password. */
function isMadeOf(password: string, about: readonly string[]): boolean {
  const letters = lettersOf(password)
  const words = about.flatMap(wordsOf).filter((word) => lengthOf(word) >= minimumWordLength)
  const left = words
    .toSorted((one, other) => other.length - one.length)
    .reduce((text, word) => text.replaceAll(word, ''), letters)
  return left !== letters && (lengthOf(left) < minimumLength || isCommonPassword(left))
}

/** The whole, and its parts: of an email those of its name and of its host, without the last, such as `com`. */
function wordsOf(text: string): readonly string[] {
  const [name = '', host = ''] = text.split('@')
  const parts = [...name.split(notLetters), ...host.split('.').slice(0, -1)]
  return [text, name, ...parts].map(lettersOf)
}

const notLetters = /[^\p{L}\p{M}\p{N}]+/gu

/** Accents of Latin, Greek and Cyrillic letters. Marks of other scripts are letters of their own. */
const accents = /[\u0300-\u036f]/g

/** For the comparison with a word: "Straße" and "STRASSE" are the same, and so are "Jörg" and "jorg". */
function lettersOf(text: string): string {
  return usernameKey(text).normalize('NFKD').replace(accents, '').replace(notLetters, '')
}
