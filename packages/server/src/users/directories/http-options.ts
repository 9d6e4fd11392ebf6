/** The options of a directory behind a service of the deployment. */
import type { DirectoryOptions } from './directory.ts'

export interface HttpDirectoryOptions extends DirectoryOptions {
  /** Where the service is: requests go to `/find` and `/verify` below it. https, or http on a loopback host. */
  url: string
  /** Signs the requests: `whsec_` and at least 24 random bytes in base64. The service has the same secret. */
  secret: string
  /** Sends passwords over http off loopback hosts too: everybody on the way can read them. @default false */
  unsafeHttp?: boolean
}
