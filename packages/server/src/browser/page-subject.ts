/** What a page is about, and where it leads back to. */
import type { Context } from '../context.ts'

/** The request behind a page, as the query string it came with. It travels in the page's form and is read again at each step. */
export interface PageSubject {
  readonly kind: 'authorize' | 'logout'
  readonly query: string
}

/** The paths of the pages that have a language switch. */
export const pagePaths = ['login', 'select-account', 'consent', 'logout'] as const

export type PagePath = (typeof pagePaths)[number]

/** Where the browser goes after a page: to the endpoint that decides what comes next. */
export function returnTarget({ config }: Pick<Context, 'config'>, subject: PageSubject): string {
  return `${config.basePath}${endpoints[subject.kind]}?${subject.query}`
}

const endpoints: Readonly<Record<PageSubject['kind'], string>> = { authorize: '/authorize', logout: '/logout' }

/** Where a page is. */
export function pageTarget({ config }: Pick<Context, 'config'>, path: PagePath, query: string): string {
  return `${config.basePath}/${path}?${query}`
}
