/** Hashes of Firebase's published example (firebase/scrypt) and of firebase-scrypt 2.2, made by better-auth 1.4, by PHP 8.2 with the steps of WordPress 6.8 and Meteor, by Python's hashlib with the parameters of Keycloak, Okta and Auth0, by passlib 1.7.4 (phpass), and of hashcat's list of examples (Drupal). */
import type { Vector } from './vector.ts'

export const applicationsVectors: readonly Vector[] = [
  {
    scheme: 'firebase-scrypt',
    password: 'user1password',
    hash: '$fbscrypt$v=1,n=14,r=8,p=1,ss=Bw==,sk=jxspr8Ki0RYycVU8zykbdLGjFQ3McFUH0uiiTvC8pVMXAn210wjLNmdZJzxUECKbm0QsEmYUSDzZvpjeJ9WmXA==$42xEC+ixf3L2lw==$lSrfV15cpx95/sZS2W9c9Kp6i/LVgQNDNC/qzrCnh1SAyZvqmZqAjTdn3aoItz+VHjoZilo78198JAdRuid5lQ==',
  },
  {
    scheme: 'firebase-scrypt',
    password: 'lètmein',
    hash: '$fbscrypt$v=1,n=10,r=8,p=1,ss=Bw==,sk=jxspr8Ki0RYycVU8zykbdLGjFQ3McFUH0uiiTvC8pVMXAn210wjLNmdZJzxUECKbm0QsEmYUSDzZvpjeJ9WmXA==$42xEC+ixf3L2lw==$9akRjrNnQcPPKuAqrQPq5yck66y87q1la/wSOgbPSFyZmiBv2GYMaH2t41dt2tmlZSXGwQmKNV6fuW16DCurEg==',
  },
  {
    scheme: 'better-auth',
    password: 'lètmein',
    hash: '696dba624dbc7ecc76271622fd582698:41711432798f493d5a0482008bb8e07920dc6078a505f1ed5c97043bf1f76b84e16bbe2efb7d325270089774dcb43cb35b29228cf677d727af16c49ed91f841c',
  },
  {
    scheme: 'meteor',
    password: 'lètmein',
    hash: '$meteor$2y$04$EsCsd/r6T1JxixLT1xBGi.p9ec7d.Zwj9JEJ6Y4EvLO0lFlssspmG',
  },
  {
    scheme: 'wordpress-bcrypt',
    password: 'lètmein',
    hash: '$wp$2y$04$F6laN9eglLU0XgSfGU2H.O98vVf12UcA1qRvsaJ68opNkLtyI1SyG',
  },
  { scheme: 'drupal', password: 'hashcat', hash: '$S$C33783772bRXEx1aCsvY.dqgaaSu76XmVlKrW9Qu8IQlvxHlmzLf' },
  { scheme: 'phpass', password: 'lètmein', hash: '$P$6s7BGgPY//ThGU7h1WtTOf5qJxaFeq/' },
  { scheme: 'phpass', password: 'lètmein', hash: '$H$9X71YdV2gQuA9xBXISdgv/5RnmPc5e/' },
  {
    scheme: 'pbkdf2-phc',
    password: 'lètmein',
    hash: '$pbkdf2-sha256$i=1000,l=64$AAECAwQFBgcICQoLDA0ODw$MmVyK7Qz+8VhxNfAvQLr59CRxm89xRf9GNhRAPQspUf3VLbpCaWWM2o4eMiQS1dtKUsmQDWClmuDN6MBC42PwQ',
  },
  {
    scheme: 'pbkdf2-phc',
    password: 'lètmein',
    hash: '$pbkdf2-sha512$i=1000,l=64$AAECAwQFBgcICQoLDA0ODw$wRwIVIB7ojZQJanl/eLbPCvCqJxLQm1p3uH8oEIOBEIVO29J1GeSZCKK2J5tkiPC+9j7bexQMagrwZzszXvwRQ',
  },
  {
    scheme: 'pbkdf2-phc',
    password: 'lètmein',
    hash: '$pbkdf2-sha1$i=1000,l=20$AAECAwQFBgcICQoLDA0ODw$4/JGumPxl4VjREwR3GtkoA8C0cM',
  },
  {
    scheme: 'pbkdf2-phc',
    password: 'lètmein',
    hash: '$pbkdf2-sha256$i=1000$AAECAwQFBgcICQoLDA0ODw$MmVyK7Qz+8VhxNfAvQLr59CRxm89xRf9GNhRAPQspUc',
  },
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
