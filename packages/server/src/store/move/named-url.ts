/** The name of a database in messages and notes: its URL without a password. */
import { resolve } from 'node:path'

export function namedUrl(url: string): string {
  if (url.startsWith('sqlite:')) return `sqlite:${resolve(url.slice('sqlite:'.length))}`
  const [, authority = '', path = '', query = ''] = /^postgres(?:ql)?:\/\/([^/?]*)([^?]*)\??(.*)$/s.exec(url) ?? []
  // The parameters name the database too: its host, or the schema in `options`.
  const kept = query.split('&').filter((parameter) => parameter !== '' && !/^\w*password=/i.test(parameter))
  return `postgres://${authority.replace(/:[^@]*@/, '@')}${path}${kept.length === 0 ? '' : `?${kept.join('&')}`}`
}
