/** The modules of `oidcc-basic-certification-test-plan`: all 38. */
import type { Module } from '../support/suite.ts'
import { codeReuseModules, pkceModule, refreshTokenModule } from './codes.ts'
import { displayModules, hintModules, requestModules, unknownParameterModule } from './parameters.ts'
import { requestObjectModules, requestObjectRedirectUriModule } from './request-objects.ts'
import { clientSecretPostModule, responseModules } from './responses.ts'
import { idTokenHintModule, sessionModules } from './sessions.ts'
import { claimsEssentialModule, scopeModules, userinfoModules } from './userinfo.ts'

export const basicPlan: readonly Module[] = [
  ...responseModules,
  ...userinfoModules,
  ...scopeModules,
  ...displayModules,
  ...sessionModules,
  unknownParameterModule,
  idTokenHintModule,
  ...hintModules,
  ...codeReuseModules,
  ...requestModules,
  clientSecretPostModule,
  ...requestObjectModules,
  claimsEssentialModule,
  requestObjectRedirectUriModule,
  refreshTokenModule,
  pkceModule,
]
