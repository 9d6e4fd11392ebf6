/** Why a login was rejected. Only the operator sees the reason: nobody must learn which accounts exist (OWASP ASVS 6.3.8). */
export const loginReasons = {
  password_mismatch: {
    happened: "The password is not the user's password.",
    remedy: 'If the user has forgotten it: `countersign users passwd`.',
  },
  user_changed: {
    happened: 'While the password was checked, the user got a new password, was disabled or was deleted.',
    remedy: 'Log in again, with the new password.',
  },
  unknown_user: {
    happened: 'No user has this username, or this verified address where users log in with addresses.',
    remedy: 'Look for the username in `countersign users list`. See `loginWith`, and whether the address is verified.',
  },
  user_disabled: {
    happened: 'The user is disabled, here or in the directory of the user. The same happens to a request with a token.',
    remedy: '`countersign users enable`. In a directory: enable the user there.',
  },
  unusable_hash: { happened: 'The user has no password yet.', remedy: '`countersign users passwd`.' },
  malformed_hash: {
    happened: 'The stored password hash cannot be verified.',
    remedy: '`countersign users passwd`; find out which program wrote the hash.',
  },
  account_throttled: {
    happened: 'Too many login attempts for the account failed. The password was not checked.',
    remedy: 'Wait until the window ends, or end it with `countersign users unlock`; find out who tries passwords.',
  },
  address_throttled: {
    happened: 'Too many login attempts from the address failed.',
    remedy: 'Wait until the window ends. Behind a proxy, check `TRUSTED_PROXIES`.',
  },
  logins_busy: {
    happened: 'There are more logins at once than the server can check.',
    remedy: 'The client tries again; give the server more cores.',
  },
  directory_unavailable: {
    happened: 'The directory of the user does not respond. The password or the token was not judged.',
    remedy: 'See the log for the cause, and `countersign directories check`. It is tried again by itself.',
  },
  directory_conflict: {
    happened: 'The user of a directory has the username or the `sub` of another user here.',
    remedy: 'Rename one of them: `countersign directories check --user NAME` shows both.',
  },
  directory_entry_unusable: {
    happened: 'The directory has an entry with this username, but it is no user that can log in here.',
    remedy: '`countersign directories check --user NAME` says what is wrong with the entry.',
  },
  username_too_long: {
    happened: 'The username has more than 255 characters.',
    remedy: 'Correct the client. If it is not yours, somebody probes the server.',
    isPublic: true,
  },
  password_too_long: {
    happened: 'The password has more than 1024 characters.',
    remedy: 'Correct the client. If it is not yours, somebody probes the server.',
    isPublic: true,
  },
} as const
