/** The page that a client runs in, if it runs in a browser. */
import type { WebStorageArea } from './tokens/storage.ts'

/** The parts of a browser that this package uses. */
export interface Page {
  readonly document: { readonly baseURI: string }
  readonly location: { readonly href: string; readonly assign: (url: string) => void }
  readonly history: {
    readonly state: unknown
    readonly replaceState: (state: unknown, unused: '', url: string) => void
  }
  readonly sessionStorage: WebStorageArea
}

/** `undefined` without a document, as in Node, which does have a `sessionStorage`. */
export function findPage(): Page | undefined {
  // Projects for servers compile without the types of a browser: this describes the parts in use.
  const globals = globalThis as unknown as Partial<Page>
  return globals.document && (globals as Page)
}
