/**
 * Ways to make `customers` mean another table in a session whose search_path is `decoy, public`, where
 * decoy.customers has nothing masked. Each is a list of messages; `{read}` is the reading of `customers`.
 */
export interface Game {
  readonly name: string;
  readonly messages: readonly string[];
}

const setTo = "perform pg_catalog.set_config('search_path', 'public', false)";
const plpgsql = (name: string, returns = 'int') =>
  `create function decoy.${name}() returns ${returns} language plpgsql as
   $$begin ${setTo}; return ${returns === 'trigger' ? 'new' : '1'}; end$$`;

const set = "pg_catalog.set_config('search_path', 'public', false)";
/** What keeps the call to run it later: made, then used. The schema `gone` is taken away after each game. */
const kept: readonly Game[] = [
  {
    name: 'a default in CREATE SCHEMA',
    messages: [
      `create schema gone create table own(n text default ${set})`,
      'insert into gone.own default values',
    ],
  },
  {
    name: 'a check in CREATE SCHEMA',
    messages: [
      `create schema gone create table own(n int check (${set} is not null))`,
      'insert into gone.own values (1)',
    ],
  },
  {
    name: 'a view in CREATE SCHEMA',
    messages: [`create schema gone create view own as select ${set} as n`, 'select * from gone.own'],
  },
  {
    name: 'a default of a parameter',
    messages: [
      `create function decoy.given(a text default ${set}) returns text language sql as 'select $1'`,
      'select decoy.given()',
    ],
  },
  {
    name: 'a default of a procedure',
    messages: [
      `create procedure decoy.given(a text default ${set}) language sql as 'select 1'`,
      'call decoy.given()',
    ],
  },
  {
    name: 'a default that is set later',
    messages: [
      `create table decoy.own(n text); alter table decoy.own alter n set default ${set}`,
      'insert into decoy.own default values',
    ],
  },
  {
    name: 'a check that is added later',
    messages: [
      `create table decoy.own(n text); alter table decoy.own add check (${set} is not null)`,
      'insert into decoy.own values (1)',
    ],
  },
  {
    name: 'a default of a domain',
    messages: [
      `create domain decoy.own as text default ${set}; create table decoy.owns(n decoy.own)`,
      'insert into decoy.owns default values',
    ],
  },
  {
    name: 'a check of a domain',
    messages: [
      `create domain decoy.own as text; alter domain decoy.own add check (${set} is not null)`,
      "select 'x'::decoy.own",
    ],
  },
  {
    name: 'a policy',
    messages: [
      `create table decoy.own(n int); insert into decoy.own values (1); create policy p on decoy.own using (${set} is not null);
       alter table decoy.own enable row level security, force row level security`,
      'select * from decoy.own',
    ],
  },
];

export const games: readonly Game[] = [
  ...kept.map(({ name, messages }) => ({ name, messages: [...messages, '{read}'] })),
  // Each in one message, as far as the server lets the schema be used where it is made.
  ...kept.map(({ name, messages }) => ({
    name: `${name}, in one message`,
    messages: [[...messages, '{read}'].join('; ')],
  })),
  { name: 'SET', messages: ['set search_path = public', '{read}'] },
  { name: 'SET with another spelling', messages: [`set session "search_path" to 'public'`, '{read}'] },
  { name: 'SET in the same message', messages: ['set search_path = public; {read}'] },
  { name: 'SET SCHEMA', messages: [`set schema 'public'`, '{read}'] },
  { name: 'set_config', messages: ["select set_config('search_path', 'public', false)", '{read}'] },
  {
    name: 'set_config with a computed name',
    messages: ["select set_config('search' || '_path', 'pub' || 'lic', false)", '{read}'],
  },
  {
    name: 'UPDATE of pg_settings',
    messages: ["update pg_settings set setting = 'public' where name = 'search_path'", '{read}'],
  },
  {
    name: 'UPDATE of a view over pg_settings',
    messages: [
      'create view decoy.settings as select * from pg_settings',
      "update decoy.settings set setting = 'public' where name = 'search_path'",
      '{read}',
    ],
  },
  {
    name: 'a rule',
    messages: [
      'create table decoy.ruled(n int)',
      `create rule r as on insert to decoy.ruled do also select pg_catalog.set_config('search_path', 'public', false)`,
      'insert into decoy.ruled values (1)',
      '{read}',
    ],
  },
  {
    name: 'a default of its own',
    messages: [
      `create table decoy.own(n text default pg_catalog.set_config('search_path', 'public', false))`,
      'insert into decoy.own default values',
      '{read}',
    ],
  },
  {
    name: 'a check',
    messages: [
      `create table decoy.checks(n int check (pg_catalog.set_config('search_path', 'public', false) is not null))`,
      'insert into decoy.checks values (1)',
      '{read}',
    ],
  },
  {
    name: 'a view over set_config',
    messages: [
      `create view decoy.sees as select pg_catalog.set_config('search_path', 'public', false) as n`,
      'select * from decoy.sees',
      '{read}',
    ],
  },
  {
    name: 'the condition of a trigger',
    messages: [
      'create table decoy.conditional(n int)',
      'insert into decoy.conditional values (1)',
      `create trigger c before update on decoy.conditional for each row when (pg_catalog.set_config('search_path', 'public', false) is not null)
       execute function suppress_redundant_updates_trigger()`,
      'update decoy.conditional set n = 2',
      '{read}',
    ],
  },
  { name: 'SET LOCAL', messages: ['begin', 'set local search_path = public', '{read}', 'commit', '{read}'] },
  {
    name: 'SET kept over a savepoint',
    messages: ['begin', 'savepoint a', 'set search_path = public', 'release a', 'commit', '{read}'],
  },
  {
    name: 'SET taken back half',
    messages: [
      'begin',
      'set search_path = public',
      'savepoint a',
      'set search_path = decoy',
      'rollback to a',
      '{read}',
      'commit',
    ],
  },
  { name: 'RESET', messages: ['reset search_path', '{read}'] },
  { name: 'RESET ALL', messages: ['reset all', '{read}'] },
  { name: 'SET TO DEFAULT', messages: ['set search_path to default', '{read}'] },
  { name: 'DISCARD ALL', messages: ['discard all', '{read}'] },
  { name: 'DO', messages: [`do $$begin ${setTo}; end$$`, '{read}'] },
  { name: 'a function in PL/pgSQL', messages: [plpgsql('f'), 'select decoy.f()', '{read}'] },
  {
    name: 'a function in SQL',
    messages: [
      `create function decoy.s() returns text language sql as $$select pg_catalog.set_config('search_path', 'public', false)$$`,
      'select decoy.s()',
      '{read}',
    ],
  },
  {
    name: 'a function that runs SET',
    messages: [
      `create function decoy.x() returns int language plpgsql as $$begin execute 'set search_path = public'; return 1; end$$`,
      'select decoy.x()',
      '{read}',
    ],
  },
  {
    name: 'a procedure',
    messages: [
      `create procedure decoy.p() language plpgsql as $$begin ${setTo}; end$$`,
      'call decoy.p()',
      '{read}',
    ],
  },
  {
    name: 'a trigger',
    messages: [
      plpgsql('t', 'trigger'),
      'create table decoy.touched(n int)',
      'create trigger t before insert on decoy.touched for each row execute function decoy.t()',
      'insert into decoy.touched values (1)',
      '{read}',
    ],
  },
  {
    name: 'a default',
    messages: [
      plpgsql('d'),
      'create table decoy.filled(n int default decoy.d())',
      'insert into decoy.filled default values',
      '{read}',
    ],
  },
  {
    name: 'the check of a domain',
    messages: [
      plpgsql('c'),
      'create domain decoy.checked as int check (decoy.c() > 0)',
      'select 1::decoy.checked',
      '{read}',
    ],
  },
  {
    name: 'an operator',
    messages: [
      `create function decoy.o(int, int) returns int language plpgsql as $$begin ${setTo}; return 1; end$$`,
      'create operator decoy.@@@ (leftarg = int, rightarg = int, function = decoy.o)',
      'select 1 operator(decoy.@@@) 2',
      '{read}',
    ],
  },
  {
    name: 'a view over a function',
    messages: [
      plpgsql('v'),
      'create view decoy.seen as select decoy.v() as n',
      'select * from decoy.seen',
      '{read}',
    ],
  },
  {
    name: 'a cursor over a function',
    messages: [plpgsql('k'), 'begin', 'declare c cursor for select decoy.k()', 'fetch c', '{read}', 'commit'],
  },
  {
    name: 'a prepared set_config',
    messages: ["prepare q as select set_config('search_path', $1, false)", "execute q('public')", '{read}'],
  },
  { name: 'a function in the same message', messages: [plpgsql('m'), 'select decoy.m(); {read}'] },
  {
    name: 'a function with its own path',
    messages: [
      `create function decoy.w() returns text language plpgsql set search_path = public as
       $$declare found text; begin execute 'select ssn from customers where id = 1' into found; return found; end$$`,
      'select decoy.w()',
    ],
  },
  {
    name: 'the schema renamed',
    messages: ['alter schema decoy rename to gone', '{read}', 'alter schema gone rename to decoy'],
  },
  {
    name: 'the table moved away',
    messages: [
      'alter table decoy.customers set schema pg_temp',
      'alter table decoy.customers rename to others',
      '{read}',
    ],
  },
];
