/** The configuration of a deployment with a scope of its own. */
import { defineConfig } from 'countersign'

export default defineConfig({ scopes: { me: 'Read your profile.', items: 'Read your items.' } })
