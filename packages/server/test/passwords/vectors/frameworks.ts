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
]
