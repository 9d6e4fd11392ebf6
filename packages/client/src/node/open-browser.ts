/** Opens an address in the person's browser, where there is one, without a shell. */
import { spawn } from 'node:child_process'

type Environment = Readonly<Record<string, string | undefined>>

/** Whether a browser of the person at this terminal can be opened: not over SSH, nor where no desktop is. */
export function canOpenBrowser(environment: Environment = process.env, platform: string = process.platform): boolean {
  if (platform === 'darwin' || platform === 'win32') {
    return environment['SSH_CONNECTION'] === undefined && environment['SSH_TTY'] === undefined
  }
  return Boolean(environment['DISPLAY'] || environment['WAYLAND_DISPLAY'])
}

/** The program that opens an address, and its arguments; each takes the address as one argument, never as a line of a shell. */
export function browserCommand(url: string, platform: string = process.platform): readonly [string, readonly string[]] {
  if (platform === 'darwin') return ['open', [url]]
  if (platform === 'win32') return ['rundll32', ['url.dll,FileProtocolHandler', url]]
  return ['xdg-open', [url]]
}

/**
 * Opens the address and answers whether a program for it could be started. Never fails: who sees no browser has the address
 * on the terminal.
 */
export function openBrowser(url: string): Promise<boolean> {
  // The address comes from the issuer's metadata: a file or a program is nothing to open.
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
