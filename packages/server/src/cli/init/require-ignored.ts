/** Asks git, where there is one, whether a new secret stays out of the repository. */
import { spawnSync } from 'node:child_process'
import { existsSync, realpathSync } from 'node:fs'
import { basename, dirname, join, relative, resolve } from 'node:path'
import { CommandError } from '../command-error.ts'

/** The database in a data folder, with what SQLite writes beside it. */
const databaseFiles = ['countersign.db', 'countersign.db-wal', 'countersign.db-shm']

/** Like `requireIgnored`, for the database: it has the keys and what the passwords are checked with. @throws CommandError */
export function requireDatabaseIgnored(dataDir: string): void {
  for (const name of databaseFiles) requireIgnored(join(dataDir, name))
}

/** The same for a database that is not there yet: git must not stop the upgrade of one that is. @throws CommandError */
export function requireNewDatabaseIgnored(dataDir: string): void {
  if (!existsSync(join(dataDir, 'countersign.db'))) requireDatabaseIgnored(dataDir)
}

/**
 * Call it before a secret is written to `path`. Without git, and outside of a repository, it does nothing.
 * @throws CommandError when git tracks the file, or does not ignore it
 */
export function requireIgnored(path: string): void {
  const real = realPathOf(path)
  const isLinked = real !== resolve(realpathSync('.'), relative('.', path))
  // The file that a link leads to, which a message must name, and the link: git sees nothing beyond it.
  for (const file of isLinked ? [real, path] : [path]) {
    if (git(file, ['ls-files', '--error-unmatch']) === 0) {
      throw new CommandError(
        `git tracks ${file}, so no secret was written into it: run git rm --cached ${file}, then repeat the command.`,
      )
    }
    if (git(file, ['check-ignore', '--quiet']) === 1) {
      throw new CommandError(
        `git does not ignore ${file}, so no secret was written into it: ignore it in .gitignore, then repeat the command.`,
      )
    }
  }
}

/** The path without links, also that of a file that is not there yet. */
function realPathOf(path: string): string {
  return existsSync(path) ? realpathSync(path) : join(realPathOf(dirname(path)), basename(path))
}

/** git's exit code for the file. `null` without git; 128 outside of a repository. */
function git(file: string, args: readonly string[]): number | null {
  const folder = presentFolder(dirname(file))
  return spawnSync('git', [...args, '--', relative(folder, file)], { cwd: folder, stdio: 'ignore' }).status
}

/** git can track files of a folder that is gone. */
function presentFolder(folder: string): string {
  return existsSync(folder) ? folder : presentFolder(dirname(folder))
}
