/** Why a form was rejected before its meaning was checked. */
export const formReasons = {
  content_type_wrong: {
    happened: 'The body is not `application/x-www-form-urlencoded`.',
    remedy: 'Send a form: in JavaScript `new URLSearchParams(...)`, not JSON and not `FormData`.',
    isPublic: true,
  },
  charset_wrong: { happened: "The form's `charset` is not UTF-8.", remedy: 'Send UTF-8.', isPublic: true },
  parameter_missing: {
    happened: 'A parameter is missing; `expected` names it. If it is `grant_type`, the password grant is off.',
    remedy: 'Send the parameter, or set `PASSWORD_GRANT=first-party`.',
    isPublic: true,
  },
  parameter_repeated: { happened: 'A parameter was sent twice.', remedy: 'Send it once.', isPublic: true },
  parameter_in_query: {
    happened: 'A parameter is in the URL.',
    remedy: "Move it to the body. The proxy's logs now contain what was sent.",
    isPublic: true,
  },
  too_many_parameters: {
    happened: 'More than 100 parameters were sent.',
    remedy: 'Correct the client.',
    isPublic: true,
  },
  escape_malformed: {
    happened:
      'A parameter contains a `%` without two hexadecimal digits after it, or a query contains a character that must be encoded.',
    remedy: 'Encode with a library.',
    isPublic: true,
  },
  utf8_malformed: {
    happened: 'The body or a parameter is not UTF-8.',
    remedy: 'Encode with a library.',
    isPublic: true,
  },
  nul_in_parameter: {
    happened: 'A parameter contains `%00`.',
    remedy: 'The client reads beyond the end of a text, or somebody probes the server.',
    isPublic: true,
  },
  grant_type_unsupported: {
    happened: 'The `grant_type` is not supported; `expected` lists the supported ones.',
    remedy: 'Correct the client, or set `PASSWORD_GRANT=first-party`.',
    isPublic: true,
  },
  scope_unknown: {
    happened: 'A requested scope is unknown; `expected` lists the known ones.',
    remedy: 'Correct the client.',
    isPublic: true,
  },
} as const
