import { authorizationServer } from 'countersign/next'
import { countersign } from '../../../lib/countersign.ts'

export const { GET, HEAD, POST, OPTIONS } = authorizationServer(countersign)
