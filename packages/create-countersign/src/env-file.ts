/** The settings of a new application, with fresh secrets. */
import { randomBytes } from 'node:crypto'

export function envFile(): string {
  const secret = () => randomBytes(32).toString('hex')
  return `# The address of the application, with the path of its login pages.
ISSUER=http://127.0.0.1:3000/auth
# Seals the keys in data/: without it, nobody can open them.
SECRET_KEY=${secret()}
# The application proves with it that it is the client "app".
CLIENT_SECRET=${secret()}
# Seals the cookies of the application.
COOKIE_SECRET=${secret()}
`
}
