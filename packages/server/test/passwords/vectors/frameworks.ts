/** Hashes made by Django 5.2, Werkzeug 3.1 and Spring Security 6.4, and of the published tests of ASP.NET Core Identity (PasswordHasherTest.cs). */
import type { Vector } from './vector.ts'

export const frameworksVectors: readonly Vector[] = [
  { scheme: 'django-pbkdf2-sha1', password: 'pässword', hash: 'pbkdf2_sha1$1000$seasalt$H6WU+1jmJ8zSnEXWnKOkiKafRIA=' },
  {
    scheme: 'django-pbkdf2-sha256',
    password: 'lètmein',
    hash: 'pbkdf2_sha256$1000$seasalt2$ABPNVLVV1vRC5OnBCpgwRvsTOJaXds28OSzNig3GR2M=',
  },
  {
    scheme: 'django-argon2',
    password: 'lètmein',
    hash: 'argon2$argon2id$v=19$m=1024,t=2,p=2$c2Vhc2FsdHNlYXNhbHQ$hVgvFI/WB87zhSk/LNh0m1FdmRnZBwh8g5wIs6yzOZ8',
  },
  {
    scheme: 'django-bcrypt-sha256',
    password: 'lètmein',
    hash: 'bcrypt_sha256$$2b$04$abcdefghijklmnopqrstuulyx/yrfLnuLCi6gwFG5mrkJjuQKpL6S',
  },
  {
    scheme: 'django-bcrypt',
    password: 'lètmein',
    hash: 'bcrypt$$2b$04$abcdefghijklmnopqrstuuanVo7Xut1CH8VGIGlz1JovQh9GJbbtG',
  },
  {
    scheme: 'django-scrypt',
    password: 'lètmein',
    hash: 'scrypt$1024$seasalt$8$5$ozpUt/qDR/QLBzi9csaWJofO252yHC+Oxl5cycNUQkna/BBjumDq5KMXPAq1Xi3sxxGWxqtAlQmEE+DSWNl+FQ==',
  },
  { scheme: 'django-md5', password: 'lètmein', hash: 'md5$seasalt$3f86d0d3d465b7b458c231bf3555c0e3' },
  { scheme: 'django-sha1', password: 'lètmein', hash: 'sha1$xsIQn1vqNynm$33ac58d45209ffc897713d59a780e8cc26781d43' },
  {
    scheme: 'werkzeug-scrypt',
    password: 'lètmein',
    hash: 'scrypt:1024:8:2$YOIEP0xVqDTlyD55$009c3983829cbd0a74abe9bb89cf6b03055344c96ac8efdd590f365b7a3035b8d1caa22c3a11d06aaa020f1f7003db5d122b3769242debd212aa2e68ac6c344b',
  },
  {
    scheme: 'werkzeug-scrypt',
    password: 'lètmein',
    hash: 'scrypt:32768:8:1$d9c8xdorNNmwikjt$ed09224586429ea517c581c565f1cc13752d21a48c907517980535a3e7a4aa27822b101c7a191ffad4d33d28a9f8dc0e15f66db1d06a0dda2e7d52f260380b7c',
  },
  {
    scheme: 'werkzeug-pbkdf2',
    password: 'lètmein',
    hash: 'pbkdf2:sha256:1000$YeUqIpGbES1flPHR$7db0b9c0d16d3888e7848b8237052d01294e118bd4240c6a2486de1cf166ace8',
  },
  {
    scheme: 'werkzeug-pbkdf2',
    password: 'lètmein',
    hash: 'pbkdf2:sha1:1000$quyObp4lNVFMapkb$ede348d8c8853114a709d19f53a38da7a7b96515',
  },
  {
    scheme: 'werkzeug-pbkdf2',
    password: 'lètmein',
    hash: 'pbkdf2:sha512:1000$GPNjNu08MH5A33Hu$24d2e3482710600adb2ec5bb57509495d15969c0ef0f3cb9a1cd2bac28c31d71b856cb933f50d980ac973b256c7a35114e75316dd25b599851f22d9183d682ff',
  },
  {
    scheme: 'spring-bcrypt',
    password: 'lètmein',
    hash: '{bcrypt}$2a$04$OBAJ7FysrLWMzVN5QCIblOmbvH5MTz4ay8s2CqBu0Fj1K6OeZaaDe',
  },
  {
    scheme: 'spring-argon2',
    password: 'lètmein',
    hash: '{argon2@SpringSecurity_v5_8}$argon2id$v=19$m=16384,t=2,p=1$RLp05UTSPLJmNsFk/yd8Ag$WnDBZwF6VQF+zV+qhiI69kdIxo3d/mEq6ODve01ef0w',
  },
  {
    scheme: 'spring-argon2',
    password: 'lètmein',
    hash: '{argon2}$argon2id$v=19$m=4096,t=3,p=1$KIh4zNQ0qIw9k/TolH+7KQ$vulxl1LJeWh1mrTJXpv7tD3pnWJJDEKVNm5qKbc4dd4',
  },
  {
    scheme: 'spring-pbkdf2',
    password: 'lètmein',
    hash: '{pbkdf2@SpringSecurity_v5_8}3b2d31559552427e43ce03d53114a32d5c1de0a83ab5f6a6d22d8d7c984608ff061f19b540bd1723e7d5fb17b50a66bd',
  },
  {
    scheme: 'spring-pbkdf2',
    password: 'lètmein',
    hash: '{pbkdf2}e0c50f2294bd51d1161d01a0ffb3d08f6bd48a21f162a66e1700e30b68817afa301c6d3843233060',
  },
  {
    scheme: 'spring-scrypt',
    password: 'lètmein',
    hash: '{scrypt@SpringSecurity_v5_8}$100801$pX0+kOh1EzZ4REhxrh2drw==$7NwtbSTNjQVfiheGorjJPCoRrwi7uykvkbxFOqwF/1I=',
  },
  {
    scheme: 'spring-scrypt',
    password: 'lètmein',
    hash: '{scrypt}$e0801$U03rNb6pVeJpyTew8Tqj1IK8D10Nn5BS3NSDFMEoAfeZLOUaoWHGsYH4QuVqAT8QFqsI+xtnRP9YPX7/coBkuA==$c2LKMZ3miFDkpfejLUB7s4Hu23yC0LJwXZQh3/RdXww=',
  },
  {
    scheme: 'spring-sha256',
    password: 'lètmein',
    hash: '{sha256}3ff23facb19033099a4b3aef0e66d91c54f7a392a7376c273e120be37daa3838348ab20441ff2627',
  },
  {
    scheme: 'spring-digest',
    password: 'lètmein',
    hash: '{MD5}{rrO2jV53sLZfKWpMKS0RsdMM1XCVTTzJ3+w/TD6fxTc=}b081fbfb9324cee4dfee3f096026114a',
  },
  {
    scheme: 'spring-digest',
    password: 'lètmein',
    hash: '{SHA-1}{3NhoZ8MMinWzij5Z1XyDVv888Lgg1kqtHIflC3BCrHk=}2a0fdbc69efa64537ba83ae19e338b5773194e99',
  },
  {
    scheme: 'spring-digest',
    password: 'lètmein',
    hash: '{SHA-256}{GagEWPjyS6NwDvGZnwVkjBQpja4psUjO1fbd+BTxSpY=}3626a9bfbc190ccda710282e8e83917ccdb813df8f179304d9c00468c7a91249',
  },
  {
    scheme: 'aspnet-identity-v2',
    password: 'my password',
    hash: 'AAABAgMEBQYHCAkKCwwNDg+ukCEMDf0yyQ29NYubggHIVY0sdEUfdyeM+E1LtH1uJg==',
  },
  {
    scheme: 'aspnet-identity-v2',
    password: 'my password',
    hash: 'ANXrDknc7fGPpigibZXXZFMX4aoqz44JveK6jQuwY3eH/UyPhvr5xTPeGYEckLxz9A==',
  },
  {
    scheme: 'aspnet-identity-v3',
    password: 'my password',
    hash: 'AQAAAAAAAAD6AAAAEAhftMyfTJylOlZT+eEotFXd1elee8ih5WsjXaR3PA9M',
  },
  {
    scheme: 'aspnet-identity-v3',
    password: 'my password',
    hash: 'AQAAAAEAA9CQAAAAIESkQuj2Du8Y+kbc5lcN/W/3NiAZFEm11P27nrSN5/tId+bR1SwV8CO1Jd72r4C08OLvplNlCDc3oQZ8efcW+jQ=',
  },
  {
    scheme: 'aspnet-identity-v3',
    password: 'my password',
    hash: 'AQAAAAIAAAAyAAAAEOMwvh3+FZxqkdMBz2ekgGhwQ4B6pZWND6zgESBuWiHw',
  },
  {
    scheme: 'aspnet-identity-v3',
    password: 'my password',
    hash: 'AQAAAAIAAAD6AAAAIJbVi5wbMR+htSfFp8fTw8N8GOS/Sje+S/4YZcgBfU7EQuqv4OkVYmc4VJl9AGZzmRTxSkP7LtVi9IWyUxX8IAAfZ8v+ZfhjCcudtC1YERSqE1OEdXLW9VukPuJWBBjLuw==',
  },
  {
    scheme: 'aspnet-identity-v3',
    password: 'my password',
    hash: 'AQAAAAIAAYagAAAAEAABAgMEBQYHCAkKCwwNDg/Q8A0WMKbtHQJQ2DHCdoEeeFBrgNlldq6vH4qX/CGqGQ==',
  },
  { scheme: 'spring-ldap', password: 'lètmein', hash: '{ldap}{SSHA}WvEQ90uinmSTj7SFPDavCbz7HjI8FiS6gYPcHA==' },
]
