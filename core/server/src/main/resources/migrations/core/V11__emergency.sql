-- 平急转换: how often a county has switched; its row is locked by who switches, so that switches come one after the other.
create table emergency_switch (
    tenant_id text not null,
    division_id uuid not null,
    version int not null,
    primary key (tenant_id, division_id),
    foreign key (tenant_id, division_id) references division
);

-- An emergency (应急状态) of the county or of a town; at most one is open at a division.
create table emergency (
    tenant_id text not null,
    id uuid not null,
    division_id uuid not null,
    division_code text collate "C" not null,
    level int check (level between 1 and 4),
    reason text not null,
    declared_by text not null,
    declared_by_name text not null,
    declared_at timestamptz not null,
    end_reason text,
    ended_by text,
    ended_by_name text,
    ended_at timestamptz,
    primary key (tenant_id, id),
    foreign key (tenant_id, division_id) references division
);
create unique index emergency_open on emergency (tenant_id, division_id) where ended_at is null;

create table emergency_step (
    tenant_id text not null,
    id uuid not null,
    emergency_id uuid not null,
    action text not null check (action in ('DECLARE', 'END')),
    level int,
    reason text not null,
    actor_subject text not null,
    actor_name text not null,
    occurred_at timestamptz not null,
    primary key (tenant_id, id),
    foreign key (tenant_id, emergency_id) references emergency
);
create unique index emergency_step_once on emergency_step (tenant_id, emergency_id, action);
comment on table emergency_step is 'append-only';
