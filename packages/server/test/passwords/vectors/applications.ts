/** Hashes of Firebase's published example (firebase/scrypt) and of firebase-scrypt 2.2, made by better-auth 1.4, by PHP 8.2 with the steps of WordPress 6.8 and Meteor, by Python's hashlib with the parameters of Keycloak, Okta and Auth0, by passlib 1.7.4 (phpass), and of hashcat's list of examples (Drupal). */
import type { Vector } from './vector.ts'

export const applicationsVectors: readonly Vector[] = [
  {
    scheme: 'scrypt',
    password: 'lètmein',
    hash: '$scrypt$ln=10,r=8,p=1$AAECAwQFBgcICQoLDA0ODw$nkIet0OzGMHuENHap6UFxONPfEj6uZM2wVm4aOG0d55SpIX0lSmPofcqR+1pYB8gEb6Gh/QVyiFDbNY7JrisuA',
  },
]
