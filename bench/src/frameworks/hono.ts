/** GET /items in Hono: open, or guarded by us. */
import { createGuard } from '@countersign/guard'
import { protect } from '@countersign/guard/hono'
import { serve } from '@hono/node-server'
import { Hono } from 'hono'
import { items, readSettings, tellUrl } from './settings.ts'

const { issuer, guardedBy } = readSettings()
const app = new Hono()
if (guardedBy === 'countersign') app.use('/items', protect(createGuard({ issuer, audience: issuer })))
app.get('/items', (context) => context.json(items))
serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, ({ port }) => tellUrl(port))
