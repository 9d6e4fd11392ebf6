/** Users whom a service of the deployment knows: it finds them and checks their passwords. */
import { systemClock, systemRandom } from '../../environment.ts'
import { declareDirectory } from './declare.ts'
import type { DirectoryDeclaration } from './directory.ts'
import { checkHttpOptions } from './http/check-options.ts'
import { httpDirectoryOn } from './http/http-directory.ts'
import type { HttpDirectoryOptions } from './http-options.ts'

const names = ['url', 'secret', 'unsafeHttp']

/**
 * Declares a directory behind a service, which answers `POST /find` and `POST /verify`: docs/guides/directories/http.md.
 * @throws OptionsError with everything that is wrong with the options
 */
export function httpDirectory(options: HttpDirectoryOptions): DirectoryDeclaration {
  const declaration = declareDirectory('http', options, names, (checks) => checkHttpOptions(options, checks))
  const { url, secret } = options
  return {
    ...declaration,
    writable: false,
    open: async ({ outgoingHeaders } = {}) =>
      httpDirectoryOn({ url, secret, now: systemClock, random: systemRandom, outgoingHeaders }),
  }
}
