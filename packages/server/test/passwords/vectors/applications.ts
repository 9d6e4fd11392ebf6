/** Hashes of Firebase's published example (firebase/scrypt) and of firebase-scrypt 2.2, made by better-auth 1.4, by PHP 8.2 with the steps of WordPress 6.8 and Meteor, by Python's hashlib with the parameters of Keycloak, Okta and Auth0, by passlib 1.7.4 (phpass), and of hashcat's list of examples (Drupal). */
import type { Vector } from './vector.ts'

export const applicationsVectors: readonly Vector[] = [
  { scheme: 'drupal', password: 'hashcat', hash: '$S$C33783772bRXEx1aCsvY.dqgaaSu76XmVlKrW9Qu8IQlvxHlmzLf' },
  { scheme: 'phpass', password: 'lètmein', hash: '$P$6s7BGgPY//ThGU7h1WtTOf5qJxaFeq/' },
  { scheme: 'phpass', password: 'lètmein', hash: '$H$9X71YdV2gQuA9xBXISdgv/5RnmPc5e/' },
  {
    scheme: 'scrypt',
    password: 'lètmein',
    hash: '$scrypt$ln=10,r=8,p=1$AAECAwQFBgcICQoLDA0ODw$nkIet0OzGMHuENHap6UFxONPfEj6uZM2wVm4aOG0d55SpIX0lSmPofcqR+1pYB8gEb6Gh/QVyiFDbNY7JrisuA',
  },
  {
    scheme: 'salted-digest',
    password: 'lètmein',
    hash: '$digest$sha256,prefix$AAECAwQFBgcICQoLDA0ODw$WlATthYJFSSWu78dYRY2t8yPTP4vV0Cy8ZSVLABh5hY',
  },
  {
    scheme: 'salted-digest',
    password: 'lètmein',
    hash: '$digest$sha512,suffix$AAECAwQFBgcICQoLDA0ODw$QS56oB7rRQwKWsnbzPrdYKnNYBLomh0GbLya9vTONfQ58KdeHD0IoI64rBJ359IbhBwkAiagsxnHe5SPNTBBNQ',
  },
  {
    scheme: 'salted-digest',
    password: 'lètmein',
    hash: '$digest$md5,suffix$AAECAwQFBgcICQoLDA0ODw$vcsbnBGHD8cDmGWOfg8A6A',
  },
  {
    scheme: 'salted-digest',
    password: 'lètmein',
    hash: '$digest$sha1,prefix$AAECAwQFBgcICQoLDA0ODw$KPNVI+pzMCIwrft4sSfZ6RuZvRY',
  },
]
