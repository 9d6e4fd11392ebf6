import type { NextConfig } from 'next'

const config: NextConfig = {
  // It starts threads and has native parts, so it stays outside of the bundle.
  serverExternalPackages: ['countersign'],
}

export default config
