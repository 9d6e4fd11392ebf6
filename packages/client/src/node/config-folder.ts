/** Where programs of one user keep what is theirs: the folder for settings of each system, and the file of one login in it. */
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
  // XDG Base Directory Specification: a path that is relative is to be ignored.
  if (xdg !== undefined && isAbsolute(xdg)) return xdg
  if (platform === 'darwin') return join(home, 'Library', 'Application Support')
  if (platform === 'win32') return environment['APPDATA'] ?? join(home, 'AppData', 'Roaming')
  return join(home, '.config')
}

/**
 * The file in which a command-line program keeps the login of one client at one issuer, inside of `configFolder()`.
 * Takes the program's name, which becomes a folder, and answers an absolute path for `fileStorage`.
 * @throws TypeError for a name that can't be a folder's
 */
export function defaultTokenFile(
  program: string,
  issuer: string,
  clientId: string,
  folder: string = configFolder(),
): string {
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(program)) {
    throw new TypeError('The name of the program must be letters, digits, dots, dashes and underscores')
  }
  // The hash tells apart what looks alike once it is cut down to what file names may hold.
  const hash = createHash('sha256')
    .update(JSON.stringify([issuer, clientId]))
    .digest('hex')
    .slice(0, 12)
  const words = [new URL(issuer).host, clientId].map((word) => word.replace(/[^A-Za-z0-9.-]+/g, '-').slice(0, 60))
  return join(folder, program, `${words.join('_')}_${hash}.json`)
}
