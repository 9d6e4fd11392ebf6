/** A kind of directory on a real server, as the tests of the contract use it. */
import type { DirectoryDeclaration } from '../../../src/users/directories/directory.ts'
import type { BreakableProxy } from '../breakable-proxy.ts'
import type { Person } from './people.ts'

export interface DirectoryKind {
  readonly name: string
  /** What to install when `start` finds no server. */
  readonly howToGet: string
  /** There is no server to lose. */
  readonly isFile: boolean
  readonly start: () => Promise<RunningKind | undefined>
}

export interface RunningKind {
  /** Through the proxy, where there is one. */
  readonly declare: (options: { readonly timeout: number; readonly writable?: boolean }) => DirectoryDeclaration
  /** These people, and nobody else, are there. With `hasIndex`, names have an index. */
  readonly fill: (people: readonly Person[], options?: { readonly hasIndex: boolean }) => Promise<void>
  /** Whether a name is found in another letter case. */
  readonly foldsCase: boolean
  /** Those that are open at once, at most. */
  readonly maxConnections: number
  /** Only where there is a server. */
  readonly proxy?: BreakableProxy
  /** A secret of the URL, which must not be in a message. */
  readonly secret: string
  readonly stop: () => Promise<void>
}
