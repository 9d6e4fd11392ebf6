/** Adds lines to a text file, such as `.gitignore`, that users and other programs write too. */
import { appendFileSync, existsSync, readFileSync } from 'node:fs'

/**
 * Adds those of the lines that the file lacks, and creates it when there is none. Returns the added ones. A file that has one of
 * the lines in `unless` stays as it is.
 */
export function addMissingLines(
  path: string,
  lines: readonly string[],
  unless: readonly string[] = [],
): readonly string[] {
  const text = existsSync(path) ? readFileSync(path, 'utf8') : ''
  const present = text.split('\n').map((line) => line.trim())
  if (unless.some((line) => present.includes(line))) return []
  const missing = lines.filter((line) => !present.includes(line))
  const before = text === '' || text.endsWith('\n') ? '' : '\n'
  if (missing.length > 0) appendFileSync(path, `${before}${missing.join('\n')}\n`)
  return missing
}
