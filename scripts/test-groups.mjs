/**
 * Puts test files of one folder into groups that share a process: a process of its own for each file spends much of its time on loading and compiling
 * the same code again.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'

const filesInGroup = 10

/** Returns the paths of modules that import the files, one for each group. They are removed when this process ends. */
export function groupTests(files) {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-groups-'))
  process.on('exit', () => rmSync(folder, { recursive: true }))
  return groupsOf(files).map((group, number) => {
    const path = join(folder, `${number}.mjs`)
    // One after the other: the tests of a file stay together.
    writeFileSync(path, group.map((file) => `await import(${JSON.stringify(pathToFileURL(file).href)})\n`).join(''))
    return path
  })
}

function groupsOf(files) {
  const groups = []
  for (const inFolder of Map.groupBy(files, dirname).values()) {
    for (let start = 0; start < inFolder.length; start += filesInGroup) {
      groups.push(inFolder.slice(start, start + filesInGroup))
    }
  }
  return groups
}
