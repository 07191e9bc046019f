-- A county's keys, by number: the highest seals, all open. Only that there is one, and since when; none is kept here.
create table vault_key (
    tenant_id text not null,
    id uuid not null,
    number int not null check (number between 2 and 127),
    reason text not null,
    made_by text not null,
    made_at timestamptz not null default now(),
    swept_at timestamptz,
    primary key (tenant_id, id),
    unique (tenant_id, number)
);
grant select (tenant_id, number, swept_at) on vault_key to lianhu_worker;
create policy worker on vault_key for select to lianhu_worker using (true);
