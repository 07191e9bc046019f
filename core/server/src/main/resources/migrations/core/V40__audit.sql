-- 审计日志: who did what to which objects; ids only, but for the reason, which is what the person wrote.
create table audit_entry (
    tenant_id text not null,
    id uuid not null,
    at timestamptz not null default now(),
    subject text not null,
    roles text not null,
    action text not null,
    object_type text not null,
    objects uuid[] not null,
    reason text,
    outcome text not null check (outcome in ('DONE', 'REFUSED')),
    request_id text not null,
    client text not null,
    primary key (tenant_id, id)
);
comment on table audit_entry is 'append-only';
create index audit_entry_subject on audit_entry (tenant_id, subject, id);
create index audit_entry_action on audit_entry (tenant_id, action, id);
create index audit_entry_at on audit_entry (tenant_id, at);

-- The entries by what they are about: an array cannot be searched by index under row-level security.
create table audit_object (
    tenant_id text not null,
    object_id uuid not null,
    entry_id uuid not null,
    primary key (tenant_id, object_id, entry_id)
);
comment on table audit_object is 'append-only';

-- Where an entry stands in the county's chain, and the hash over it and all before it.
create table audit_seal (
    tenant_id text not null,
    seq bigint not null,
    entry_id uuid not null,
    hash bytea not null,
    primary key (tenant_id, seq),
    unique (tenant_id, entry_id)
);
comment on table audit_seal is 'append-only';

-- What waits for its seal. The sealer finds the counties that have some, and nothing else, through the worker's role.
create table audit_unsealed (
    tenant_id text not null,
    entry_id uuid not null,
    primary key (tenant_id, entry_id)
);
grant select (tenant_id) on audit_unsealed to lianhu_worker;
create policy worker on audit_unsealed for select to lianhu_worker using (true);

-- The end of the chain; whoever seals locks it.
create table audit_head (
    tenant_id text not null,
    seq bigint not null,
    hash bytea not null,
    sealed_at timestamptz not null,
    primary key (tenant_id)
);
