/** Why a page's form, or a logout request, was rejected. */
export const pageReasons = {
  csrf_token_wrong: {
    happened: 'The form does not contain the CSRF token of the browser that posted it. It changed nothing.',
    remedy:
      'The user has logged in or out in another tab since the page was loaded, or the browser blocks cookies. The user got a page that is up to date.',
  },
  cross_site_post: {
    happened: 'Another site sent the form.',
    remedy: 'Check whether a proxy changes `Origin` or `Host`. If not, somebody probes the server.',
  },
  interaction_malformed: {
    happened: 'The form does not name the authorization request that it continues, or the choice of the user.',
    remedy: 'Start again at the application.',
  },
  id_token_hint_invalid: {
    happened:
      'The `id_token_hint` is not an ID token of this server, belongs to another client, or is about another user than `claims` requests.',
    remedy:
      'Send the last ID token that this client received for the user, complete and unchanged. It may have expired.',
  },
  post_logout_uri_mismatch: {
    happened:
      'The `post_logout_redirect_uri` is not one that the client has registered; `received` marks the difference.',
    remedy: 'Register the URI exactly as it is sent: `countersign clients update --post-logout-redirect-uri`.',
  },
} as const
