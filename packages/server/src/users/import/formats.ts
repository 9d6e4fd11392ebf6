/** The table of the formats of an import. */
import type { Format } from './format.ts'
import { plain } from './formats/plain.ts'

/** In the order of the guide. */
export const formats: readonly Format[] = [plain]
