/** Hashes made by passlib 1.7.4, PHP 8.2, OpenSSL 3 and OpenLDAP 2.5 (slappasswd). */
import type { Vector } from './vector.ts'

export const unixVectors: readonly Vector[] = [
  {
    scheme: 'sha256-crypt',
    password: 'lètmein',
    hash: '$5$lTvPhTRttiV0tu4R$TB3UZpsuOgyAZ8XcBaB4UHiGjEKG3W1wuDt5jFZ1FUB',
  },
  {
    scheme: 'sha256-crypt',
    password: 'lètmein',
    hash: '$5$rounds=1000$Yl5ZZScY91Op1W4V$XIYXvgANYQcIVwd2gILaHrthTM.GNOg6lwDPYs6EmD.',
  },
  {
    scheme: 'sha256-crypt',
    password: 'lètmein',
    hash: '$5$rounds=1400$anotherlongsalts$LNEdqm7fQJ5gZW0ShHFT61lXwTqfUarCf4MVb1TPXZ8',
  },
  {
    scheme: 'sha256-crypt',
    password: 'Hello world!',
    hash: '$5$saltstring$5B8vYYiY.CVt1RlTTf8KbXBH3hsxY/GNooZaBBGWEc5',
  },
  {
    scheme: 'sha512-crypt',
    password: 'Hello world!',
    hash: '$6$saltstring$svn8UoSVapNtMuq1ukKS4tPQd8iKwSMHWjl/O817G3uBnIFNjnQJuesI68u4OTLiBFdcbYEdFCoEOfaS35inz1',
  },
  {
    scheme: 'sha512-crypt',
    password: 'lètmein',
    hash: '$6$jBfRZ9/oPty9hEys$H29iclolK/JbEhcKh2qu4zDJxGa6IpIxEe4IO7z06WiSVHXXOLTzYxvD/r6DLE1oFSRSuF6bMw9yT51dhSgSA/',
  },
  {
    scheme: 'sha512-crypt',
    password: 'lètmein',
    hash: '$6$rounds=5001$S4JPoBjsZzF.I1M0$mHk5YbT9yWoB/DZrR75BvUR2BHEIi3nYzYMmU9gKlmVjSZrXpjaOb/AaUksrOqo7SK5NHvP8tuc9GUSUMCOCz.',
  },
  {
    scheme: 'sha512-crypt',
    password: 'lètmein',
    hash: '$6$rounds=1000$x$N2T4TRJ9tbNFjZ5c/BtVhb0N/dQF.xsju5TmRBflpfkNAA982yKuGSTnrbnWB8fcGEep72RbekfegDiGTAh/90',
  },
  {
    scheme: 'sha512-crypt',
    password: 'lètmein',
    hash: '$6$abcdefgh$OB19rYMN5TiVbGpg.nVcVmDsu6Uldh76yL/kXTGfC2zZHYYdV17JFtT5qVpqPzic3bwglaZIle7FRCEuo7ysy1',
  },
  { scheme: 'md5-crypt', password: 'lètmein', hash: '$1$UTUbYcuA$yNybuS86YKeARMhI/V7Ql/' },
  { scheme: 'md5-crypt', password: 'lètmein', hash: '$1$abcdefgh$gxOQ/exEyaqQ/0yO5CDWM0' },
  { scheme: 'apr1-crypt', password: 'lètmein', hash: '$apr1$fgLVJKD0$Y/dRCFoTBe7lRwNNvcyLq/' },
  { scheme: 'ldap-sha1', password: 'lètmein', hash: '{SHA}bROMo65UVjGzq9caTwds51nFcAs=' },
  { scheme: 'ldap-sha1', password: 'lètmein', hash: '{SSHA}yYDxU0TvcCNYKjGrIuPG9+TFLf51DmHM' },
  { scheme: 'ldap-sha1', password: 'lètmein', hash: '{SSHA}DuhZGR3bPjAB0aNyXgHGLNMAP+749Q96' },
  { scheme: 'ldap-md5', password: 'lètmein', hash: '{MD5}iKQ0yIzKTpAPeHTNmBI/Qw==' },
  { scheme: 'ldap-md5', password: 'lètmein', hash: '{SMD5}W8mRItnXasiirOc07a0VNw+oyZ0=' },
  {
    scheme: 'ldap-sha256',
    password: 'lètmein',
    hash: '{SSHA256}UYpJz/7VhD6Uz7mczS9zxBKUe5V2ErIPI5Cf8yteVtRJq1pRHp6y7Q==',
  },
  { scheme: 'ldap-sha256', password: 'lètmein', hash: '{SHA256}GvfqHoyZPmmqH+AArt1kpFhsx0uXi/O5Ue2lAJ0uui0=' },
  {
    scheme: 'ldap-sha384',
    password: 'lètmein',
    hash: '{SSHA384}2UDvQo/IyCYKlp7tyQA+WuBugPrOI86UC+LHKKZN9vjO8Ipsp2uM6yOwlSgqaatDMlxyEU6nNXA=',
  },
  {
    scheme: 'ldap-sha384',
    password: 'lètmein',
    hash: '{SHA384}ulf23okm5krk7AFsyWo1Id8cHUsLFd2WSsJoKZktIsBhIJ4vB9K59FBqUzBOsgUO',
  },
  {
    scheme: 'ldap-sha512',
    password: 'lètmein',
    hash: '{SSHA512}76X97CWytb2dcVWx9XjQ6ZyQxQPKqTuLThaRBCbGix4DvPqe3OzXWVVwnUCdyY9Thxaox9UaaI7LfwZaY5ON47xSyxzi+wqO',
  },
  {
    scheme: 'ldap-sha512',
    password: 'lètmein',
    hash: '{SHA512}N6g7NZd/oHxn1KzJBHpNIkrbiwg4smNct16MnImZphxNFeUEXlQWpvez3QBPpze+OMMvHGhN/XpIWRVWKRoA2A==',
  },
  {
    scheme: 'ldap-argon2',
    password: 'lètmein',
    hash: '{ARGON2}$argon2i$v=19$m=4096,t=3,p=1$pdulb3fCCydIOjpQ5fnokg$UqfUEArwhsxtF3yuxr1nut3ehFC/Ww3R0mmAK4OmgaU',
  },
  {
    scheme: 'ldap-crypt',
    password: 'lètmein',
    hash: '{CRYPT}$6$XhGIOzlOfdOO$l.gx2c3E3wl/nwCcNICc2dJFA/4MJouLJHP3lFNChCJybtaRQNleAnDf2jss8gn6hZcJyw0mhAKL9H2HbMCMD0',
  },
  { scheme: 'ldap-crypt', password: 'lètmein', hash: '{crypt}$1$v/ue15K9$ATH3dQEfn1XlYe3l8gn.L1' },
  {
    scheme: 'ldap-crypt',
    password: 'lètmein',
    hash: '{CRYPT}$2b$04$QmUISriqWrrWwOlzVWJnse39WTHrcSN0oLYeC83Tw7.8sensBCGEu',
  },
  {
    scheme: 'ldap-pbkdf2',
    password: 'lètmein',
    hash: '{PBKDF2}1000$tRZCqHUOAeA8pzTmXAtBKA$rhTmx/zFMXZ6Dn9w9erFrUCO9ZY',
  },
  {
    scheme: 'ldap-pbkdf2-sha256',
    password: 'lètmein',
    hash: '{PBKDF2-SHA256}1000$vjdmTOm9V0pJqTXmnLNWSg$kBCkI6pFl6UI44nLneaRwgu/af1ezymwMHNd7w1futg',
  },
  {
    scheme: 'ldap-pbkdf2-sha512',
    password: 'lètmein',
    hash: '{PBKDF2-SHA512}1000$hPD.nxNiTElJidF6jxHCmA$uMXEc/LDf9UwK59ubTAOf4w5st4rNdnVix99bepiV0n.b5dmMA.s1AykYaLuJyo8alWwx3GLTmXxo3Qgogp/Eg',
  },
  { scheme: 'hex-md5', password: 'lètmein', hash: '88a434c88cca4e900f7874cd98123f43' },
  { scheme: 'hex-sha1', password: 'lètmein', hash: '6d138ca3ae545631b3abd71a4f076ce759c5700b' },
  {
    scheme: 'hex-sha256',
    password: 'lètmein',
    hash: '1af7ea1e8c993e69aa1fe000aedd64a4586cc74b978bf3b951eda5009d2eba2d',
  },
  {
    scheme: 'hex-sha512',
    password: 'lètmein',
    hash: '37a83b35977fa07c67d4acc9047a4d224adb8b0838b2635cb75e8c9c8999a61c4d15e5045e5416a6f7b3dd004fa737be38c32f1c684dfd7a48591556291a00d8',
  },
]
