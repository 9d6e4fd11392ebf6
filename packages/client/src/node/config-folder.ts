/** Where a user's programs keep their files: the folder for settings of each operating system, and the file of one login in it. */
import { createHash } from 'node:crypto'
import { homedir } from 'node:os'
import { isAbsolute, join } from 'node:path'

type Environment = Readonly<Record<string, string | undefined>>

/**
 * The user's folder for settings: `XDG_CONFIG_HOME`, else `~/Library/Application Support` on macOS, `%APPDATA%` on Windows and
 * `~/.config` elsewhere.
 */
export function configFolder(
  environment: Environment = process.env,
  platform: string = process.platform,
  home: string = homedir(),
): string {
  const xdg = environment['XDG_CONFIG_HOME']
  // XDG Base Directory Specification: a relative path is invalid and ignored.
  if (xdg !== undefined && isAbsolute(xdg)) return xdg
  if (platform === 'darwin') return join(home, 'Library', 'Application Support')
  if (platform === 'win32') return environment['APPDATA'] ?? join(home, 'AppData', 'Roaming')
  return join(home, '.config')
}

/**
 * The file in which a command-line program keeps the login of one client at one issuer, in `configFolder()`. Takes the program's name,
 * which becomes a folder, and returns an absolute path for `fileStorage`.
 * @throws TypeError for a name that cannot be a folder
 */
export function defaultTokenFile(
  program: string,
  issuer: string,
  clientId: string,
  folder: string = configFolder(),
): string {
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(program)) {
    throw new TypeError('The name of the program must have only letters, digits, dots, dashes and underscores')
  }
  // The hash distinguishes names that are the same after the replacements and cuts below.
  const hash = createHash('sha256')
    .update(JSON.stringify([issuer, clientId]))
    .digest('hex')
    .slice(0, 12)
  const words = [new URL(issuer).host, clientId].map((word) => word.replace(/[^A-Za-z0-9.-]+/g, '-').slice(0, 60))
  return join(folder, program, `${words.join('_')}_${hash}.json`)
}
