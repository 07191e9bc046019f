-- Joint handling (联合处置): one has the case to lead, other units support with a part of their own (协办), each with its own clock.
create table case_part (
    tenant_id text not null,
    id uuid not null,
    case_id uuid not null,
    unit_id uuid not null,
    unit_name text not null,
    asked text not null,
    asked_by text not null,
    asked_by_name text not null,
    asked_at timestamptz not null,
    replaces_id uuid,
    state text not null check (state in ('ASKED', 'DONE', 'RETURNED', 'CANCELLED')),
    limit_amount int not null check (limit_amount > 0),
    limit_unit text not null,
    approaching_at timestamptz not null,
    due_at timestamptz not null,
    answer text,
    answered_by_name text,
    answered_at timestamptz,
    version int not null,
    primary key (tenant_id, id),
    foreign key (tenant_id, case_id) references case_record,
    foreign key (tenant_id, unit_id) references org_unit,
    foreign key (tenant_id, replaces_id) references case_part,
    check ((state = 'ASKED') = (answered_at is null))
);
create index case_part_case on case_part (tenant_id, case_id, id);
create index case_part_unit on case_part (tenant_id, unit_id, case_id) where state <> 'CANCELLED';
create index case_part_to_do on case_part (tenant_id, unit_id, case_id) where state = 'ASKED';
create unique index case_part_open on case_part (tenant_id, case_id, unit_id) where state = 'ASKED';
create index case_part_reckoned on case_part (tenant_id, id) where state = 'ASKED';

-- Who supports may see the case; who leads waits for what is open. Kept with the case, so that neither is looked up for each row of a list.
alter table case_record add column supporting_units uuid[] not null default '{}';
alter table case_record add column open_parts int not null default 0;

-- A rule may name supporting units besides who leads, and what is asked of each.
alter table dispatch_rule add column supporting_units uuid[] not null default '{}';
alter table dispatch_rule add column supporting_asked text[] not null default '{}';
alter table dispatch_rule add check (cardinality(supporting_units) = cardinality(supporting_asked));
