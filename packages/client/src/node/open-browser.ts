/** Opens a URL in the user's browser, without a shell. */
import { spawn } from 'node:child_process'

type Environment = Readonly<Record<string, string | undefined>>

/** Whether a browser can be opened for the user at this terminal: not over SSH, and not without a desktop. */
export function canOpenBrowser(environment: Environment = process.env, platform: string = process.platform): boolean {
  if (platform === 'darwin' || platform === 'win32') {
    return environment['SSH_CONNECTION'] === undefined && environment['SSH_TTY'] === undefined
  }
  return Boolean(environment['DISPLAY'] || environment['WAYLAND_DISPLAY'])
}

/** The command that opens a URL, and its arguments. The URL is one argument, never a part of a shell command. */
export function browserCommand(url: string, platform: string = process.platform): readonly [string, readonly string[]] {
  if (platform === 'darwin') return ['open', [url]]
  if (platform === 'win32') return ['rundll32', ['url.dll,FileProtocolHandler', url]]
  return ['xdg-open', [url]]
}

/**
 * Opens the URL, and returns whether a command for it could be started. Never throws: without a browser, the user has the URL on the
 * terminal.
 */
export function openBrowser(url: string): Promise<boolean> {
  // The URL comes from the issuer's metadata: it must not open a file or a program.
  if (!/^https?:\/\//.test(url)) return Promise.resolve(false)
  return new Promise((resolve) => {
    const [command, args] = browserCommand(url)
    const child = spawn(command, args, { detached: true, stdio: 'ignore' })
    child.once('error', () => resolve(false))
    child.once('spawn', () => {
      child.unref()
      resolve(true)
    })
  })
}
