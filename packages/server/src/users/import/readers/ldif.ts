/** LDIF (RFC 2849): the entries of a directory, as `ldapsearch`, `slapcat` and `ldifde` write them. */
import { type ImportRow, maxRecordLength, tooLong } from '../import-row.ts'
import { type Line, linesOf } from './lines.ts'

/**
 * Attributes with pictures, and with the members of groups (RFC 4519 §2.17, RFC 2307), which say nothing of a user and may be longer than one:
 * RFC 2798, Active Directory.
 */
const unread = /^(jpegPhoto|photo|thumbnailPhoto|thumbnailLogo|member|uniqueMember|memberUid)[:;]/i

/** The values of an attribute are one text, or a list of several. The distinguished name is the member `dn`. */
export async function* readLdif(pieces: AsyncIterable<string>): AsyncGenerator<ImportRow> {
  let entry: Line[] = []
  let length = 0
  for await (const line of unfolded(linesOf(pieces))) {
    if (line.text === '') {
      yield* rowOf(entry)
      entry = []
      length = 0
    } else if (!/^version:/i.test(line.text) && !unread.test(line.text)) {
      length += line.text.length
      if (length <= maxRecordLength) entry.push(line)
      else entry = [{ ...(entry[0] ?? line), isTooLong: true }]
    }
  }
  yield* rowOf(entry)
}

/** RFC 2849 note 2: a line that begins with a space continues the one before. Comments (`#`) may be folded, too. */
async function* unfolded(lines: AsyncIterable<Line>): AsyncGenerator<Line> {
  let open: Line | undefined
  for await (const line of lines) {
    if (open && line.text.startsWith(' ')) {
      const isTooLong = open.isTooLong || line.isTooLong || open.text.length + line.text.length > maxRecordLength
      open = { ...open, text: isTooLong ? open.text : `${open.text}${line.text.slice(1)}`, isTooLong }
    } else {
      if (open && !open.text.startsWith('#')) yield open
      open = line
    }
  }
  if (open && !open.text.startsWith('#')) yield open
}

function* rowOf(lines: readonly Line[]): Generator<ImportRow> {
  const [first] = lines
  if (first === undefined) return
  const place = `line ${first.number}`
  const fail = (problem: string): ImportRow => ({ place, value: undefined, problem })
  if (lines.some(({ isTooLong }) => isTooLong)) return yield fail(tooLong)
  const values = new Map<string, { readonly name: string; readonly values: string[] }>()
  for (const { text, number } of lines) {
    const [, name, kind, written] = /^([^:\s]+)(::|:<|:)\s*(.*)$/s.exec(text) ?? []
    if (name === undefined || written === undefined) return yield fail(`is not LDIF at line ${number}`)
    if (kind === ':<') return yield fail(`has the value of ${name} in another file`)
    if (/^changetype$/i.test(name) && written !== 'add') return yield fail(`is the change "${written}", not an entry`)
    const value = kind === '::' ? textOf(written) : written
    if (value === undefined) continue
    const former = values.get(name.toLowerCase())
    if (former) former.values.push(value)
    else values.set(name.toLowerCase(), { name, values: [value] })
  }
  yield { place, value: Object.fromEntries([...values.values()].map(({ name, values }) => [name, oneOrAll(values)])) }
}

function oneOrAll(values: readonly string[]): unknown {
  return values.length === 1 ? values[0] : values
}

/** The text of base64; `undefined` for other bytes, such as a photo. */
function textOf(base64: string): string | undefined {
  const bytes = Buffer.from(base64, 'base64')
  const text = bytes.toString('utf8')
  return Buffer.from(text, 'utf8').equals(bytes) ? text : undefined
}
