-- 人口信息: what a county may know of a person besides name and home. All of it may be unknown.
alter table resident
    add column residence text check (residence in ('REGISTERED', 'USUAL', 'MIGRANT')),
    add column sex text check (sex in ('FEMALE', 'MALE')),
    add column birth_date date,
    add column id_number bytea,
    add column id_number_digest bytea,
    add column relation text,
    add column acted_by text,
    add column acted_by_name text,
    add column acted_as text check (acted_as in ('OFFICIAL', 'FAMILY')),
    add column merged_into_id uuid,
    add foreign key (tenant_id, merged_into_id) references resident,
    add check ((acted_by is null) = (acted_as is null));

-- Who is in the register by an import, or by the county's own hand, was shown no notice.
alter table resident alter column notice_version drop not null;
alter table resident alter column consented_at drop not null;

-- 已合并: the record of a person whom another record stands for.
alter table resident drop constraint resident_state_check;
alter table resident add constraint resident_state_check
    check (state in ('PENDING', 'APPROVED', 'REJECTED', 'MERGED'));
alter table resident add constraint resident_merged check ((state = 'MERGED') = (merged_into_id is not null));

-- One approved record a person: whoever comes second, however close behind, is refused or linked.
create unique index resident_id_number on resident (tenant_id, id_number_digest) where state = 'APPROVED';
create index resident_id_number_any on resident (tenant_id, id_number_digest);
create index resident_birth on resident (tenant_id, birth_date, id);

-- Where residents are searched by parts of names and addresses: LIKE cannot use an index under row-level security, equality can.
-- A gram is one or two characters (two, of an address), after n for a name's and a for an address'. Filled by the server.
create table resident_gram (
    tenant_id text not null,
    gram text collate "C" not null,
    village text collate "C" not null,
    resident_id uuid not null,
    primary key (tenant_id, gram, village, resident_id)
);

-- The owner of the tables is behind the fence as everybody is; what is there already is searchable too.
alter table resident no force row level security;
insert into resident_gram (tenant_id, gram, village, resident_id)
select distinct r.tenant_id, 'n' || substr(t.text, i, t.size), left(r.division_code, 12), r.id
from resident r
cross join lateral (select regexp_replace(lower(normalize(r.name, NFKC)), '\s', '', 'g') as text, size
    from generate_series(1, 2) size) t
cross join lateral generate_series(1, length(t.text) - t.size + 1) i
union all
select distinct r.tenant_id, 'a' || substr(t.text, i, 2), left(r.division_code, 12), r.id
from resident r
cross join lateral (select regexp_replace(lower(normalize(r.address, NFKC)), '\s', '', 'g') as text) t
cross join lateral generate_series(1, length(t.text) - 1) i;
alter table resident force row level security;

-- 楼栋.
create table building (
    tenant_id text not null,
    id uuid not null,
    division_id uuid not null,
    division_code text collate "C" not null,
    name text not null,
    address text not null,
    floors int check (floors between 1 and 200),
    created_at timestamptz not null,
    version int not null,
    primary key (tenant_id, id),
    foreign key (tenant_id, division_id) references division
);
create index building_division on building (tenant_id, division_code, id);

-- 房屋（套）. A household lives in one home at most.
create table home (
    tenant_id text not null,
    id uuid not null,
    building_id uuid not null,
    unit text not null,
    room text not null,
    usage text not null check (usage in ('OWN', 'RENTED', 'VACANT', 'BUSINESS', 'OTHER')),
    household_id uuid,
    version int not null,
    primary key (tenant_id, id),
    unique (tenant_id, building_id, unit, room),
    unique (tenant_id, household_id),
    foreign key (tenant_id, building_id) references building,
    foreign key (tenant_id, household_id) references household
);
create index home_building on home (tenant_id, building_id, id);
