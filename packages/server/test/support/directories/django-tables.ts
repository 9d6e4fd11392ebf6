/** The tables of Django with invented people, for the preset and for the guide. */

// Hashes of the same password, with low costs.
export const bcrypt = '$2b$04$W07zZlPjalLnX02rbETxb.cTXyzNtivajIMBQht3OzmoIssJpVLaC'
export const argon2id =
  '$argon2id$v=19$m=1024,t=1,p=1$DiQJEk/Crw2oFAypb5HuTw$I6SOOBWheDhzz/b1rbxK6kzfZ6+kphkpkoOLXrLxhig'
export const pbkdf2OfDjango = 'pbkdf2_sha256$1000$salt$nPS0fBEvixAi465qjj3Ztv/yMdR8UZLx4Lt58C/TznE='

// Django 5, `manage.py sqlmigrate auth 0001` to `0012`: django/contrib/auth/migrations.
export const djangoTables = (boolean: string) => `
  create table auth_group (id integer not null primary key, name varchar(150) not null unique);
  create table auth_user (id integer not null primary key, password varchar(128) not null, last_login timestamp null,
    is_superuser ${boolean} not null, username varchar(150) not null unique, first_name varchar(150) not null,
    last_name varchar(150) not null, email varchar(254) not null, is_staff ${boolean} not null, is_active ${boolean} not null,
    date_joined timestamp not null);
  create table auth_user_groups (id integer not null primary key, user_id integer not null references auth_user (id),
    group_id integer not null references auth_group (id));
  create index auth_user_groups_user_id on auth_user_groups (user_id);
  insert into auth_group values (1, 'editors'), (2, 'printers');
  insert into auth_user values
    (1, '${pbkdf2OfDjango}', null, false, 'mira', 'Mira', 'Okafor', 'mira@example.com', false, true, '2024-01-01'),
    (2, 'argon2${argon2id}', null, false, 'otto', '', '', '', false, true, '2024-01-01'),
    (3, 'bcrypt$${bcrypt}', null, false, 'pia', 'Pia', '', 'pia', false, false, '2024-01-01'),
    (4, '!x9Zq', null, false, 'quinn', '', '', '', false, true, '2024-01-01'),
    (5, 'bcrypt_sha256$$2b$04$ewmPIqrrzlHZ5fY2rDAf5.fFbBijsYYki4EXLfihutSMJEZ1QY2KO', null, false, 'rosa', '', '', '', false, true, '2024-01-01');
  insert into auth_user_groups values (1, 1, 2), (2, 1, 1), (3, 2, 1)`
