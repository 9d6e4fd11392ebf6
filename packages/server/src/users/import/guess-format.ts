/** Which format a file has, by its first records, when there is only one reading. */
import { isJsonObject } from '@countersign/guard/strict-json'
import type { Format } from './format.ts'
import { formatNames } from './format-names.ts'
import { plain } from './formats/plain.ts'
import { formats } from './formats.ts'
import { ImportError } from './import-error.ts'
import type { ImportRow } from './import-row.ts'
import type { MapRule } from './map-rules.ts'

/** @throws ImportError when there are several readings, or none */
export function guessFormat(first: readonly ImportRow[], rules: readonly MapRule[]): Format {
  const records = first.map(({ value }) => value).filter(isJsonObject)
  const isRecognised = ({ recognises }: Format) => records.some((record) => recognises(record))
  const [format, ...others] = Object.values(formats).filter((one) => one !== plain && isRecognised(one))
  if (format && others.length === 0) return format
  if (format) {
    const candidates = [format, ...others].map(({ name, title }) => `--from ${name} (${title})`)
    throw new ImportError(`may be from several systems. Say which one: ${candidates.join(', ')}`)
  }
  const hasName = first.some(({ key }) => key !== undefined) || rules.some(({ field }) => field === 'username')
  if (records.length === 0 || hasName || isRecognised(plain)) return plain
  throw new ImportError(
    `has users of an unknown system. Say which one with --from: ${formatNames.join(', ')}. For ${plain.name}, name the member with the username, such as --map username=email`,
  )
}
