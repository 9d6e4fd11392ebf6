/** `countersign init`: writes what a project needs, and changes nothing that is there. */
import { chmodSync, existsSync, lstatSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, resolve } from 'node:path'
import type { Command } from '@commander-js/extra-typings'
import { CommandError } from '../command-error.ts'
import { configNames } from '../config-file.ts'
import { newSecret } from '../dev-secret.ts'
import { readDotEnv } from '../dot-env.ts'
import { fileErrorCode } from '../file-error.ts'
import { withExamples } from '../help.ts'
import { readText } from '../read-text.ts'
import { print } from '../terminal/print.ts'
import { configTemplate } from './config-template.ts'
import { addMissingLines } from './missing-lines.ts'
import { requireDatabaseIgnored, requireIgnored } from './require-ignored.ts'

export function defineInit(command: Command): void {
  const defined = command
    .description(
      'Writes countersign.config.ts, .env with a new secret, and a .gitignore for the secret, the database and its backups. Files that exist stay, and get only the lines that they lack.',
    )
    .action(init)
  withExamples(defined, ['countersign init', 'mkdir login && cd login && npx countersign init'])
}

function init(): void {
  try {
    requireTargets()
    // First: there is no moment in which git would add the secret.
    print(writeIgnored())
    requireDatabaseIgnored('data')
    print(writeSecret())
    print(writeConfig())
  } catch (error) {
    const code = fileErrorCode(error)
    throw new CommandError(`The files cannot be written in this folder (${code}). Check its permissions.`)
  }
  const steps = [...(isInstalled() ? [] : ['npm install countersign']), 'npx countersign dev']
  print(`\nNext:\n${steps.map((step) => `  ${step}`).join('\n')}`)
}

/** The same can be written in other ways, such as `/data/` and `data`. */
function writeIgnored(): string {
  const lines = [
    ...addMissingLines('.gitignore', ['data/'], ['data', '/data', '/data/']),
    ...addMissingLines('.gitignore', ['.env'], ['/.env', '.env*', '*.env']),
    // A backup has what the database has.
    ...addMissingLines('.gitignore', ['*.backup']),
  ]
  return lines.length === 0 ? 'left     .gitignore' : `wrote    .gitignore: ${lines.join(', ')}`
}

function writeSecret(): string {
  if (readDotEnv()['SECRET_KEY']) return 'left     .env, which has a SECRET_KEY'
  requireIgnored('.env')
  if (!existsSync('.env')) writeFileSync('.env', '', { mode: 0o600 })
  // Before the secret is in it.
  chmodSync('.env', 0o600)
  addMissingLines('.env', [`SECRET_KEY=${newSecret()}`])
  return 'wrote    .env: a new SECRET_KEY, which only you can read'
}

/**
 * Before anything is written: a link to nothing can neither be kept nor written, and git sees only the link, not the file that would
 * get the secret. Reading a pipe would wait for its writer.
 * @throws CommandError
 */
function requireTargets(): void {
  const files = ['.gitignore', '.env', ...configNames]
  const dangling = [...files, 'data'].find((name) => !existsSync(name) && lstatSync(name, { throwIfNoEntry: false }))
  if (dangling !== undefined) {
    throw new CommandError(`${dangling} is a link to nothing. Remove the link, or restore what it leads to.`)
  }
  const other = files.find((name) => existsSync(name) && !statSync(name).isFile())
  if (other !== undefined) throw new CommandError(`${other} is not a file. Remove it, or use another folder.`)
  // Lines in UTF-8 would break a file in another encoding.
  for (const name of ['.gitignore', '.env']) if (existsSync(name)) readText(name)
}

function writeConfig(): string {
  const present = configNames.find((name) => existsSync(name))
  if (present !== undefined) return `left     ${present}`
  const name = `countersign.config.${isModule(resolve('.')) ? 'ts' : 'mts'}`
  writeFileSync(name, configTemplate, { flag: 'wx' })
  return `wrote    ${name}`
}

/** Whether Node reads `.ts` files in this folder as ES modules: the next package.json says so, or there is none. */
function isModule(folder: string): boolean {
  const path = join(folder, 'package.json')
  if (existsSync(path)) return /"type"\s*:\s*"module"/.test(readFileSync(path, 'utf8'))
  return folder === dirname(folder) || isModule(dirname(folder))
}

/** Whether programs in this folder can import countersign. */
function isInstalled(): boolean {
  try {
    createRequire(resolve('package.json')).resolve('countersign')
    return true
  } catch {
    return false
  }
}
