import { webLogin } from '@countersign/client/next'
import { web } from '../../../lib/web.ts'

export const { GET, POST } = webLogin(web)
