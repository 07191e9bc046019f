-- To whom cases go by themselves (派遣规则). A rule is never changed: another takes its place, and it stays, with when and by whom.
create table dispatch_rule (
    tenant_id text not null,
    id uuid not null,
    profile text not null check (profile in ('NORMAL', 'EMERGENCY')),
    class_code text collate "C",
    division_code text collate "C" not null,
    target text not null check (target in ('GRID_WORKER', 'UNIT')),
    unit_id uuid,
    made_by text not null,
    made_by_name text not null,
    made_at timestamptz not null,
    ended_at timestamptz,
    ended_by text,
    primary key (tenant_id, id),
    foreign key (tenant_id, unit_id) references org_unit,
    check ((target = 'UNIT') = (unit_id is not null))
);
create unique index dispatch_rule_once on dispatch_rule (tenant_id, profile, class_code, division_code) nulls not distinct
    where ended_at is null;

-- What a unit has to handle.
alter table case_record add foreign key (tenant_id, assignee_unit_id) references org_unit;
create index case_unit on case_record (tenant_id, assignee_unit_id, id) where assignee_unit_id is not null;
