-- 承办单位（部门）: departments, stations and others to which a county's cases go. Its division is where it sits: the county, or a town.
create table org_unit (
    tenant_id text not null,
    id uuid not null,
    name text not null,
    kind text not null check (kind in ('DEPARTMENT', 'STATION', 'INSTITUTION', 'UTILITY', 'ORGANISATION')),
    division_id uuid not null,
    division_code text collate "C" not null,
    created_at timestamptz not null,
    retired_at timestamptz,
    version int not null,
    primary key (tenant_id, id),
    foreign key (tenant_id, division_id) references division
);
create unique index org_unit_name on org_unit (tenant_id, name) where retired_at is null;
create index org_unit_division on org_unit (tenant_id, division_code, id);

-- 社会治理中心 of towns and of the county, and officers of units (承办单位经办人), whose posts name their unit.
alter table post drop constraint post_role_check;
alter table post add constraint post_role_check check (role in
    ('GRID_WORKER', 'VILLAGE_CADRE', 'TOWN_CENTRE', 'COUNTY_CENTRE', 'UNIT_OFFICER', 'COUNTY_ADMINISTRATOR'));
alter table post add column unit_id uuid;
alter table post add foreign key (tenant_id, unit_id) references org_unit;
alter table post add constraint post_unit check ((role = 'UNIT_OFFICER') = (unit_id is not null));
drop index post_once;
create unique index post_once on post (tenant_id, subject, role, division_id, unit_id) nulls not distinct where until is null;
create index post_unit on post (tenant_id, unit_id) where unit_id is not null;
