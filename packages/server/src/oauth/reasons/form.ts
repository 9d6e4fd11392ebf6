/** Why a form was refused, before anyone looked at what it asks for. */
export const formReasons = {
  content_type_wrong: {
    happened: 'The body is not `application/x-www-form-urlencoded`.',
    remedy: 'Send a form: in JavaScript `new URLSearchParams(...)`, not JSON and not `FormData`.',
    isPublic: true,
  },
  charset_wrong: { happened: "The form's `charset` is not UTF-8.", remedy: 'Send UTF-8.', isPublic: true },
  parameter_missing: {
    happened: 'A parameter is missing; `expected` names it. When it is `grant_type`: the password grant is off.',
    remedy: 'Send it; or set `PASSWORD_GRANT=first-party`.',
    isPublic: true,
  },
  parameter_repeated: { happened: 'A parameter came twice.', remedy: 'Send it once.', isPublic: true },
  parameter_in_query: {
    happened: 'A parameter stands in the URL.',
    remedy: "Move it to the body; what was sent is in the proxy's logs now.",
    isPublic: true,
  },
  too_many_parameters: {
    happened: 'More than 100 parameters were sent.',
    remedy: 'Correct the client.',
    isPublic: true,
  },
  escape_malformed: {
    happened:
      'A parameter holds a `%` that no two hexadecimal digits follow, or a query a character that must be encoded.',
    remedy: 'Encode with a library.',
    isPublic: true,
  },
  utf8_malformed: {
    happened: 'The body or a parameter is not UTF-8.',
    remedy: 'Encode with a library.',
    isPublic: true,
  },
  nul_in_parameter: {
    happened: 'A parameter holds `%00`.',
    remedy: 'Someone tries things out, or a text was cut out of memory wrongly.',
    isPublic: true,
  },
  grant_type_unsupported: {
    happened: 'The `grant_type` is not served; `expected` names those that are.',
    remedy: 'Correct the client; or set `PASSWORD_GRANT=first-party`.',
    isPublic: true,
  },
  scope_unknown: {
    happened: 'A scope was asked for that there is not; `expected` names those that there are.',
    remedy: 'Correct the client.',
    isPublic: true,
  },
} as const
