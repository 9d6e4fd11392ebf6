/** Writes the files of a template into a new folder. */
import { cp, mkdir, readdir, readFile, realpath, rename, writeFile } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Mistake } from './arguments.ts'
import { envFile } from './env-file.ts'
import { packageNameOf } from './package-name.ts'
import type { Choices } from './questions.ts'

/** npm gives a package no file `.gitignore`, and reads each `package.json` as that of a package. */
const renamed: Readonly<Record<string, string>> = { _gitignore: '.gitignore', '_package.json': 'package.json' }

const own = new URL('..', import.meta.url)

/** @throws Mistake when the folder is not empty */
export async function writeApplication({ folder, template }: Choices): Promise<void> {
  const target = await emptyFolder(folder)
  await cp(fileURLToPath(new URL(`templates/${template}`, own)), target, { recursive: true })
  for (const [from, to] of Object.entries(renamed)) await rename(join(target, from), join(target, to))
  const manifest = join(target, 'package.json')
  await writeFile(
    manifest,
    await finishManifest(await readFile(manifest, 'utf8'), packageNameOf(basename(resolve(folder)))),
  )
  // Only the user may read the secrets.
  await writeFile(join(target, '.env'), envFile(), { mode: 0o600, flag: 'wx' })
}

/** Makes the folder where there is none. A link to an empty one is that one: files cannot be copied onto a link. */
async function emptyFolder(folder: string): Promise<string> {
  await mkdir(resolve(folder), { recursive: true })
  const target = await realpath(folder)
  if ((await readdir(target)).length === 0) return target
  throw new Mistake(`The folder ${folder} is not empty. Name another one: nothing is overwritten.`)
}

/** The packages of Countersign are released together, so this package knows their version. */
async function finishManifest(text: string, name: string): Promise<string> {
  const { version } = JSON.parse(await readFile(new URL('package.json', own), 'utf8'))
  return text
    .replaceAll('"VERSION"', `"^${version}"`)
    .replace('"name": "application"', `"name": ${JSON.stringify(name)}`)
}
