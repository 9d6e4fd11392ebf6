/** The table of the formats of an import. */
import type { Format } from './format.ts'
import { aspnet } from './formats/aspnet.ts'
import { authJs } from './formats/auth-js.ts'
import { auth0 } from './formats/auth0.ts'
import { betterAuth } from './formats/better-auth.ts'
import { cognito } from './formats/cognito.ts'
import { devise } from './formats/devise.ts'
import { django } from './formats/django.ts'
import { firebase } from './formats/firebase.ts'
import { keycloak } from './formats/keycloak.ts'
import { laravel } from './formats/laravel.ts'
import { ldif } from './formats/ldif.ts'
import { okta } from './formats/okta.ts'
import { plain } from './formats/plain.ts'
import { supabase } from './formats/supabase.ts'
import { wordpress } from './formats/wordpress.ts'

/** In the order of the guide. */
export const formats: readonly Format[] = [
  auth0,
  keycloak,
  firebase,
  supabase,
  django,
  betterAuth,
  authJs,
  laravel,
  devise,
  wordpress,
  ldif,
  okta,
  cognito,
  aspnet,
  plain,
]
