-- Emergency teams (应急队伍) are units; what is theirs beside is a roster.
alter table org_unit drop constraint org_unit_kind_check;
alter table org_unit add constraint org_unit_kind_check
    check (kind in ('DEPARTMENT', 'STATION', 'INSTITUTION', 'UTILITY', 'ORGANISATION', 'EMERGENCY_TEAM'));

-- Who of a unit is on duty when (值班表).
create table duty_shift (
    tenant_id text not null,
    id uuid not null,
    unit_id uuid not null,
    post_id uuid not null,
    since timestamptz not null,
    until timestamptz not null,
    made_by text not null,
    made_at timestamptz not null,
    removed_by text,
    removed_at timestamptz,
    primary key (tenant_id, id),
    foreign key (tenant_id, unit_id) references org_unit,
    foreign key (tenant_id, post_id) references post,
    check (since < until)
);
create index duty_shift_unit on duty_shift (tenant_id, unit_id, until) where removed_at is null;
create index duty_shift_listed on duty_shift (tenant_id, unit_id, id);

-- What a case's unit was given as an emergency team, and what becomes of that when the emergency ends.
alter table case_record add column assignee_team boolean;
create index case_team on case_record (tenant_id, id) where assignee_team;
alter table emergency add column open_cases text check (open_cases in ('KEEP', 'RETURN'));
