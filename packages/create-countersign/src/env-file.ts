/** The settings of a new application, with fresh secrets. */
import { randomBytes } from 'node:crypto'

export function envFile(): string {
  const secret = () => randomBytes(32).toString('hex')
  return `# The application is at http://127.0.0.1:PORT, unless ISSUER says where it is.
PORT=3000
# In production, the address with the path of the login pages:
# ISSUER=https://app.example.com/auth
# The IP addresses of the proxies before the application, with commas between them. X-Forwarded-For and Forwarded are read only from these.
TRUSTED_PROXIES=
# Seals the keys in data/: without it, nobody can open them.
SECRET_KEY=${secret()}
# The application proves with it that it is the client "app".
CLIENT_SECRET=${secret()}
# Seals the cookies of the application.
COOKIE_SECRET=${secret()}
`
}
