/** Why a page's form, or a log-out, was refused. */
export const pageReasons = {
  csrf_token_wrong: {
    happened: 'The form does not carry the token that its page was given.',
    remedy: 'The page was open for too long, or cookies are blocked: load it again. Or another site sent the form.',
  },
  cross_site_post: {
    happened: 'The form was sent by another site.',
    remedy: 'Does a proxy change `Origin` or `Host`? Else someone tries things out.',
  },
  interaction_malformed: {
    happened: 'The form does not say what it continues, or what was chosen.',
    remedy: 'Start over at the application.',
  },
  id_token_hint_invalid: {
    happened:
      'The `id_token_hint` is no ID token of ours, or was issued to another client, or is about another user than `claims` asks for.',
    remedy: 'Send the last ID token that this client was given for the user, whole; an expired one is fine.',
  },
  post_logout_uri_mismatch: {
    happened: 'The `post_logout_redirect_uri` is none that the client registered; `received` marks where it departs.',
    remedy: 'Register it as it is sent: `countersign clients update --post-logout-redirect-uri`.',
  },
} as const
