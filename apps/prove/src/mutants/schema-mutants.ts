/** Every mutant of the schema: read off the catalog of a database that was just migrated. */
import { appRole, type Database } from '@florin/db';
import { brokenChecks, brokenUniques, type Weakened } from './definitions.ts';
import type { SchemaMutant } from './mutant.ts';

type Sql = Database['sql'];

export async function schemaMutants(sql: Sql): Promise<readonly SchemaMutant[]> {
  return [
    ...(await constraintMutants(sql)),
    ...(await indexMutants(sql)),
    ...(await grantMutants(sql)),
  ];
}

/** A comment, on the database that tests copy. */
export const schemaControl: SchemaMutant = {
  kind: 'schema',
  sort: 'control',
  where: 'payments',
  context: 'a comment is put on',
  before: '',
  after: 'nothing',
  statement: `comment on table payments is 'nothing'`,
};

async function constraintMutants(sql: Sql): Promise<readonly SchemaMutant[]> {
  const found = await sql<
    { tab: string; name: string; type: string; definition: string; needed: boolean }[]
  >`
    select c.conrelid::regclass::text as tab, c.conname as name, c.contype as type,
      pg_get_constraintdef(c.oid, true) as definition,
      exists (select from pg_constraint f where f.contype = 'f' and f.conindid = c.conindid)
        and c.contype = 'p' as needed
    from pg_constraint c
    where c.connamespace = 'public'::regnamespace and c.contype in ('c', 'p', 'u', 'f')
    order by array_position('{c,p,u,f}'::"char"[], c.contype), 1, 2`;
  return found.flatMap(({ tab, name, type, definition, needed }) => {
    const drop = `alter table ${tab} drop constraint "${name}"`;
    const broken = {
      c: brokenChecks,
      // What a foreign key refers to can't become anything else, and goes with that key only.
      p: (it: string) => brokenUniques(it).slice(0, needed ? 1 : undefined),
      u: brokenUniques,
      f: (it: string) => [{ sort: 'dropped', before: it, after: '', definition: null }],
    }[type];
    return (broken?.(definition) ?? []).map((weakened) =>
      mutantOf(`${tab}.${name}`, definition, weakened, (changed) =>
        changed === null
          ? `${drop}${needed ? ' cascade' : ''}`
          : `${drop}; alter table ${tab} add constraint "${name}" ${changed}`,
      ),
    );
  });
}

/** Unique indexes that no constraint stands for. */
async function indexMutants(sql: Sql): Promise<readonly SchemaMutant[]> {
  const found = await sql<{ tab: string; name: string; definition: string }[]>`
    select i.indrelid::regclass::text as tab, i.indexrelid::regclass::text as name,
      pg_get_indexdef(i.indexrelid, 0, true) as definition
    from pg_index i join pg_class c on c.oid = i.indexrelid
    where c.relnamespace = 'public'::regnamespace and i.indisunique
      and not exists (select from pg_constraint k where k.conindid = i.indexrelid)
    order by 1, 2`;
  return found.flatMap(({ tab, name, definition }) =>
    brokenUniques(definition).map((weakened) =>
      mutantOf(`${tab}.${name}`, definition, weakened, (changed) =>
        [`drop index ${name}`, ...(changed === null ? [] : [changed])].join('; '),
      ),
    ),
  );
}

const mutantOf = (
  where: string,
  context: string,
  { sort, before, after, definition }: Weakened,
  statementOf: (definition: string | null) => string,
): SchemaMutant => ({
  kind: 'schema',
  sort,
  where,
  context,
  before,
  after,
  statement: statementOf(definition),
});

/** What the server's role may do to each table: each right taken away, each other one given. */
async function grantMutants(sql: Sql): Promise<readonly SchemaMutant[]> {
  const rights = await sql<{ what: string; privilege: string; has: boolean }[]>`
    select c.oid::regclass::text as what, p.privilege, has_table_privilege(${appRole}, c.oid, p.privilege) as has
    from pg_class c,
      unnest('{SELECT,INSERT,UPDATE,DELETE,TRUNCATE,REFERENCES,TRIGGER}'::text[]) as p (privilege)
    where c.relkind = 'r' and c.relnamespace in ('public'::regnamespace, 'drizzle'::regnamespace)
    union all
    select c.oid::regclass::text, 'UPDATE (' || quote_ident(a.attname) || ')',
      has_column_privilege(${appRole}, c.oid, a.attnum, 'UPDATE')
    from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    where c.relkind = 'r' and c.relnamespace = 'public'::regnamespace
      and not has_table_privilege(${appRole}, c.oid, 'UPDATE')
    union all
    select 'schema ' || n.nspname, p.privilege, has_schema_privilege(${appRole}, n.oid, p.privilege)
    from pg_namespace n, unnest('{USAGE,CREATE}'::text[]) as p (privilege)
    where n.nspname in ('public', 'drizzle')
    order by 1, 2`;
  return rights.map(({ what, privilege, has }) => ({
    kind: 'schema',
    sort: has ? 'right taken' : 'right given',
    where: what,
    context: `what ${appRole} may do`,
    before: has ? privilege : '',
    after: has ? '' : privilege,
    statement: has
      ? `revoke ${privilege} on ${what} from ${appRole}`
      : `grant ${privilege} on ${what} to ${appRole}`,
  }));
}
