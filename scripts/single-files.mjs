/** The dependencies of hundreds of modules that scripts/setup.mjs joins into single files, for scripts/fast-start.mjs. */
import { statSync } from 'node:fs'
import { fileURLToPath, pathToFileURL } from 'node:url'

const installed = fileURLToPath(new URL('../node_modules/.package-lock.json', import.meta.url))
// An installation of dependencies leads to a new folder.
const version = Math.floor(statSync(installed, { throwIfNoEntry: false })?.mtimeMs ?? 0)

export const singleFilesFolder = fileURLToPath(
  new URL(`../node_modules/.cache/countersign/single-files-${version}`, import.meta.url),
)

const fileNames = { kysely: 'kysely', 'kysely/migration': 'kysely-migration', jose: 'jose', zod: 'zod' }

/** What a program imports, and the address of the file that it gets. */
export const singleFiles = new Map(
  Object.entries(fileNames).map(([specifier, name]) => [
    specifier,
    pathToFileURL(`${singleFilesFolder}/${name}.mjs`).href,
  ]),
)

/** The options of esbuild that make them. */
export const bundling = {
  entryPoints: Object.fromEntries(Object.entries(fileNames).map(([specifier, name]) => [name, specifier])),
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  keepNames: true,
  // White space stays in memory with the source.
  minifyWhitespace: true,
  outExtension: { '.js': '.mjs' },
  logLevel: 'warning',
}
