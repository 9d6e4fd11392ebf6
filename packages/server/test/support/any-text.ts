/** Texts and values of strangers for properties of parsers. */
import { anyCharacter } from '../../../../test/support/characters.ts'
import { fc } from '../../../../test/support/fast-check.ts'

/** What the grammars are made of. */
const pieces =
  '; , = : / // ? # & + % %2 %00 %c0%af %ff " \\" \\ \' ( ) * | ! @ [ ] { } < > . .. - _ \t \n \r\n \0 é 🔑 \ud800 q= q=0.5 for= for="[::1]:_x" 127.0.0.1 ' +
  '::1 ::ffff:1.2.3.4 https://a.example/cb http://127.0.0.1:80/ sqlite:/// postgres://u:p@h/d Basic Bearer text/html */* null true 1e999 -0 ' +
  '{"id_token":{"sub":{"value":"x"}}} {"userinfo":null} __proto__ openid client_id=app uid= cn=a charset=utf-8 application/x-www-form-urlencoded'
const piece = fc.constantFrom(...pieces.split(' '), ' ')

/** Of pieces of the grammars and of others. */
function fromPieces(...others: readonly string[]): fc.Arbitrary<string> {
  const either = others.length === 0 ? piece : fc.oneof(piece, fc.constantFrom(...others))
  return fc.array(either, { maxLength: 12 }).map((parts) => parts.join(''))
}

/** Any characters, pieces of the grammars and of `others`, and a text that repeats one piece ten thousand times. */
export function textsOf(...others: readonly string[]): fc.Arbitrary<string> {
  const some = fromPieces(...others)
  const repeated = fc.tuple(some, fc.nat({ max: 10_000 })).map(([text, times]) => text.repeat(times).slice(0, 20_000))
  return fc.oneof(fc.string({ unit: anyCharacter, maxLength: 200 }), some, repeated)
}

export const anyText: fc.Arbitrary<string> = textsOf()

/** The parser returns, or throws one of its own errors. */
export function returnsOrThrows(
  parse: (text: string) => unknown,
  own?: new (...args: never[]) => Error,
): (text: string) => void {
  return (text) => {
    try {
      parse(text)
    } catch (error) {
      if (own === undefined || !(error instanceof own)) throw error
    }
  }
}
