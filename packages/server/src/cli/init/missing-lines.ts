/** Adds lines to a text file, such as `.gitignore`, that users and other programs write too. */
import { appendFileSync, existsSync } from 'node:fs'
import { readText } from '../read-text.ts'

/**
 * Adds those of the lines that the file lacks, and creates it when there is none. Returns the added ones. A file that has one of
 * the lines in `unless` stays as it is.
 * @throws CommandError when it is UTF-16; the error of the file system
 */
export function addMissingLines(
  path: string,
  lines: readonly string[],
  unless: readonly string[] = [],
): readonly string[] {
  const text = existsSync(path) ? readText(path) : ''
  const present = linesInForce(text)
  if (unless.some((line) => present.includes(line))) return []
  const missing = lines.filter((line) => !present.includes(line))
  const before = text === '' || text.endsWith('\n') ? '' : '\n'
  if (missing.length > 0) appendFileSync(path, `${before}${missing.join('\n')}\n`)
  return missing
}

/**
 * gitignore(5): the last pattern that matches decides, and one with `!` includes files again. So only the lines after the last `!`
 * count. Spaces at the end of a line do not belong to its pattern, those at the beginning do.
 */
function linesInForce(text: string): readonly string[] {
  const lines = text.split('\n').map((line) => line.replace(/ *\r?$/, ''))
  return lines.slice(lines.findLastIndex((line) => line.startsWith('!')) + 1)
}
