/** For a client that repeats its refresh after a new start of the server: a busy machine may need longer for that than the default. */
import { defineConfig } from 'countersign'

export default defineConfig({ refreshTokenGrace: 300 })
