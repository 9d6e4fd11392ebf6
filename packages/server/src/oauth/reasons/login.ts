/** Why a log-in was refused. All of it stays inside: nobody learns which accounts exist (OWASP ASVS 6.3.8). */
export const loginReasons = {
  password_mismatch: {
    happened: "The password is not the user's.",
    remedy: 'Nothing; `countersign users passwd` when it is forgotten.',
  },
  user_changed: {
    happened: 'While the password was being checked the user got another one, was disabled or was deleted.',
    remedy: 'Log in again, with the new password.',
  },
  unknown_user: {
    happened: 'There is no user of this name.',
    remedy: 'Look for the name in `countersign users list`.',
  },
  user_disabled: { happened: 'The user is disabled; with a token, too.', remedy: '`countersign users enable`.' },
  unusable_hash: { happened: 'The user has no password yet.', remedy: '`countersign users passwd`.' },
  malformed_hash: {
    happened: 'What is stored is no hash that can be run.',
    remedy: '`countersign users passwd`; find out who wrote it.',
  },
  account_throttled: {
    happened: "The account's wrong passwords are used up; the password was not looked at.",
    remedy: 'Wait for the end of the window; ask who guesses.',
  },
  address_throttled: {
    happened: "The address's wrong passwords are used up.",
    remedy: 'Wait for the end of the window; behind a proxy, check `TRUSTED_PROXIES`.',
  },
  logins_busy: {
    happened: 'More log-ins at once than hashes can be run.',
    remedy: 'The client tries again; give the server more cores.',
  },
  username_too_long: {
    happened: 'The username has more than 255 characters.',
    remedy: 'A faulty client, or someone who tries things out.',
    isPublic: true,
  },
  password_too_long: {
    happened: 'The password has more than 1024 characters.',
    remedy: 'A faulty client, or someone who tries things out.',
    isPublic: true,
  },
} as const
