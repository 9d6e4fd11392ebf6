/** Characters for property tests. */
import { fc } from './fast-check.ts'

const firstSurrogate = 0xd800
const surrogates = 0x800
const lastPosition = 0x10ffff - surrogates

/**
 * Any character except half of a surrogate pair: the same ones as the unit `binary` of `fc.string`, from the same seed. For that unit,
 * fast-check first makes a map of all 1,112,064 characters, in each test file.
 */
export const anyCharacter: fc.Arbitrary<string> = fc.nat({ max: lastPosition }).map(characterAt, positionOf)

function characterAt(position: number): string {
  return String.fromCodePoint(position < firstSurrogate ? position : position + surrogates)
}

/** The reverse of `characterAt`, with which fast-check shrinks and adds strings such as `__proto__`. */
function positionOf(value: unknown): number {
  if (typeof value !== 'string' || !/^\P{Cs}$/su.test(value)) throw new Error('It is not one character')
  const codePoint = value.codePointAt(0) ?? 0
  return codePoint < firstSurrogate ? codePoint : codePoint - surrogates
}
