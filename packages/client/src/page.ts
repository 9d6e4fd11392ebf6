/** The page that a client runs in, if it runs in one: what a browser has and other runtimes have not. */
import type { WebStorageArea } from './tokens/storage.ts'

/** The parts of a browser that are used. */
export interface Page {
  readonly document: { readonly baseURI: string }
  readonly location: { readonly href: string; readonly assign: (url: string) => void }
  readonly history: {
    readonly state: unknown
    readonly replaceState: (state: unknown, unused: '', url: string) => void
  }
  readonly sessionStorage: WebStorageArea
}

/** `undefined` where there is no document, as in Node, though that has a `sessionStorage` of its own. */
export function findPage(): Page | undefined {
  // Described as far as it is used, since the types of a browser are not there where a server is compiled.
  const globals = globalThis as unknown as Partial<Page>
  return globals.document === undefined ? undefined : (globals as Page)
}
