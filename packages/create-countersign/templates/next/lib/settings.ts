/** The settings, which Next.js reads from `.env`. An empty one is as good as none. */
const { PORT, ISSUER, TRUSTED_PROXIES = '' } = process.env
const { SECRET_KEY, CLIENT_SECRET, COOKIE_SECRET } = process.env

if (!SECRET_KEY || !CLIENT_SECRET || !COOKIE_SECRET) {
  throw new Error('Set SECRET_KEY, CLIENT_SECRET and COOKIE_SECRET in .env, each to 32 random bytes of its own.')
}

/** The address of the application, with the path of its login pages. */
export const issuer = ISSUER || `http://127.0.0.1:${PORT || 3000}/auth`
/** IP addresses or CIDR ranges. */
export const trustedProxies = TRUSTED_PROXIES.split(',').flatMap((text) => text.trim() || [])
export const secretKey = SECRET_KEY
export const clientSecret = CLIENT_SECRET
export const cookieSecret = COOKIE_SECRET
/** The address of the application. */
export const { origin } = new URL(issuer)
