import { defineConfig } from 'countersign'

const app = process.env['APP_URL'] ?? 'http://127.0.0.1:3000'

export default defineConfig({
  clients: [
    {
      client_id: 'photo-album',
      client_name: 'Photo Album',
      client_secret: process.env['CLIENT_SECRET'] ?? 'a secret for development, and for nothing else',
      redirect_uris: [`${app}/callback`],
      post_logout_redirect_uris: [app],
      backchannel_logout_uri: `${app}/backchannel-logout`,
      backchannel_logout_session_required: true,
      scope: 'openid profile email',
    },
  ],
})
