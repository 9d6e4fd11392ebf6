/** The guard of the API, for all frameworks. */
import { createGuard } from '@countersign/guard'

const { ISSUER = 'http://127.0.0.1:8000', APP_URL = 'http://127.0.0.1:3000' } = process.env

export const guard = createGuard({
  issuer: ISSUER,
  audience: APP_URL,
  // Responses like those of the FastAPI tutorial. Without it, they follow RFC 6750.
  compat: 'fastapi',
  onReject: ({ status, reason, expected, received }) => {
    console.log(status, reason, { expected, received })
  },
})

/** Where the API listens. */
export const { hostname, port } = new URL(APP_URL)

export function announce(): void {
  console.log(`The items API is at ${APP_URL}. Ctrl-C stops both.`)
}
