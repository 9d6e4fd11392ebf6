import { countersign } from '../../../lib/countersign.ts'
import { notesRoute } from '../../../lib/notes.ts'
import { issuer } from '../../../lib/settings.ts'

export const GET = notesRoute(issuer, countersign)
