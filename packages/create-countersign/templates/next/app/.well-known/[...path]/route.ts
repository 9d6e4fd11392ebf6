import { loginRoutes } from '../../../lib/login-routes.ts'

export const { GET, HEAD, POST, OPTIONS } = loginRoutes
