/** The migrations of this version. A new one gets a file in `migrations/` and a line here. */
import type { Migrations } from './migration.ts'
import * as foundation from './migrations/0001-foundation.ts'
import * as keyStates from './migrations/0002-key-states.ts'
import * as clients from './migrations/0003-clients.ts'
import * as grants from './migrations/0004-grants.ts'
import * as refreshTokens from './migrations/0005-refresh-tokens.ts'
import * as traceStatus from './migrations/0006-trace-status.ts'
import * as logoutDeliveries from './migrations/0007-logout-deliveries.ts'
import * as revocations from './migrations/0008-revocations.ts'
import * as resources from './migrations/0009-resources.ts'
import * as subjects from './migrations/0010-subjects.ts'
import * as authentication from './migrations/0011-authentication.ts'
import * as formerDefaults from './migrations/0012-former-defaults.ts'
import * as keyRevocation from './migrations/0013-key-revocation.ts'
import * as directoryLinks from './migrations/0014-directory-links.ts'
import * as groupsAndRoles from './migrations/0016-groups-and-roles.ts'
import * as attributes from './migrations/0017-attributes.ts'
import * as loginByEmail from './migrations/0018-login-by-email.ts'
import * as demoUsers from './migrations/0021-demo-users.ts'
import * as restores from './migrations/0022-restores.ts'
import * as moves from './migrations/0023-moves.ts'
import * as issuers from './migrations/0024-issuers.ts'

/** In order; a name, once released, never changes. */
export const migrations: Migrations = {
  '0001-foundation': foundation,
  '0002-key-states': keyStates,
  '0003-clients': clients,
  '0004-grants': grants,
  '0005-refresh-tokens': refreshTokens,
  '0006-trace-status': traceStatus,
  '0007-logout-deliveries': logoutDeliveries,
  '0008-revocations': revocations,
  '0009-resources': resources,
  '0010-subjects': subjects,
  '0011-authentication': authentication,
  '0012-former-defaults': formerDefaults,
  '0013-key-revocation': keyRevocation,
  '0014-directory-links': directoryLinks,
  '0016-groups-and-roles': groupsAndRoles,
  '0017-attributes': attributes,
  '0018-login-by-email': loginByEmail,
  '0021-demo-users': demoUsers,
  '0022-restores': restores,
  '0023-moves': moves,
  '0024-issuers': issuers,
}
