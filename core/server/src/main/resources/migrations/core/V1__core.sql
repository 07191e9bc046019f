-- The core's tables. Each bears tenant_id, first in every key; the host adds its default and the row-level security after migrating.

-- 行政区划: county, town, village; grids and joint-household groups below. Codes sort and range under the C collation.
create table division (
    tenant_id text not null,
    id uuid not null,
    code text collate "C" not null,
    kind text not null check (kind in ('COUNTY', 'TOWN', 'VILLAGE', 'GRID', 'GROUP')),
    name text not null,
    register_name text not null,
    parent_id uuid,
    valid_from date not null default '2023-01-01',
    valid_until date,
    successor_id uuid,
    primary key (tenant_id, id),
    unique (tenant_id, code),
    foreign key (tenant_id, parent_id) references division,
    foreign key (tenant_id, successor_id) references division
);
create index division_children on division (tenant_id, parent_id, code);
create index division_name on division (tenant_id, name);

-- 户: outlives each of its members.
create table household (
    tenant_id text not null,
    id uuid not null,
    division_id uuid not null,
    division_code text collate "C" not null,
    address text not null,
    head_name text not null,
    created_at timestamptz not null,
    version int not null,
    primary key (tenant_id, id),
    foreign key (tenant_id, division_id) references division
);
create index household_division on household (tenant_id, division_code);

-- 居民: a county's record of a person. The subject is Keycloak's, and may be absent (elders, imports).
create table resident (
    tenant_id text not null,
    id uuid not null,
    subject text,
    name text not null,
    telephone bytea,
    telephone_digest bytea,
    household_id uuid,
    division_id uuid not null,
    division_code text collate "C" not null,
    address text not null,
    state text not null check (state in ('PENDING', 'APPROVED', 'REJECTED')),
    notice_version text not null,
    consented_at timestamptz not null,
    decided_by text,
    decided_at timestamptz,
    decision_reason text,
    created_at timestamptz not null,
    version int not null,
    primary key (tenant_id, id),
    unique (tenant_id, subject),
    foreign key (tenant_id, household_id) references household,
    foreign key (tenant_id, division_id) references division,
    check (state <> 'APPROVED' or household_id is not null)
);
create index resident_division on resident (tenant_id, division_code, state, id);
create index resident_household on resident (tenant_id, household_id);
create index resident_telephone on resident (tenant_id, telephone_digest);

-- 岗位: a role, held by a person at a division, for a term.
create table post (
    tenant_id text not null,
    id uuid not null,
    subject text not null,
    holder_name text not null,
    role text not null check (role in ('GRID_WORKER', 'VILLAGE_CADRE', 'COUNTY_ADMINISTRATOR')),
    division_id uuid not null,
    division_code text collate "C" not null,
    since timestamptz not null,
    until timestamptz,
    appointed_by text not null,
    version int not null,
    primary key (tenant_id, id),
    foreign key (tenant_id, division_id) references division
);
create unique index post_once on post (tenant_id, subject, role, division_id) where until is null;
create index post_division on post (tenant_id, division_code, role) where until is null;

-- Uploaded photos; the bytes are behind the file port. Claimed by the case that shows it; one nobody claims in 24 hours is removed.
create table photo (
    tenant_id text not null,
    id uuid not null,
    uploaded_by text not null,
    media_type text not null,
    width int not null,
    height int not null,
    bytes bigint not null,
    sha256 text not null,
    case_id uuid,
    stage text check (stage in ('REPORT', 'HANDLING')),
    ordinal int,
    created_at timestamptz not null,
    primary key (tenant_id, id)
);
create index photo_case on photo (tenant_id, case_id, ordinal);
create index photo_unclaimed on photo (tenant_id, uploaded_by, created_at) where case_id is null;

-- 事件（事项）.
create table case_record (
    tenant_id text not null,
    id uuid not null,
    number text collate "C" not null,
    class_code text not null,
    description text not null,
    state text not null check (state in ('AWAITING_DISPATCH', 'DISPATCHED', 'HANDLED', 'CLOSED')),
    division_id uuid not null,
    division_code text collate "C" not null,
    place text,
    latitude double precision,
    longitude double precision,
    datum text check (datum in ('WGS84', 'GCJ02')),
    reporter_id uuid not null,
    reporter_subject text not null,
    reporter_name text not null,
    reporter_household_id uuid not null,
    reporter_division_code text collate "C" not null,
    assignee_subject text,
    assignee_name text,
    round int not null,
    stars int check (stars between 1 and 5),
    rating_comment text,
    rated_at timestamptz,
    reported_at timestamptz not null,
    closed_at timestamptz,
    version int not null,
    primary key (tenant_id, id),
    unique (tenant_id, number),
    foreign key (tenant_id, division_id) references division,
    foreign key (tenant_id, reporter_id) references resident
);
create index case_reporter on case_record (tenant_id, reporter_id, id);
create index case_assignee on case_record (tenant_id, assignee_subject, state, id);
create index case_division on case_record (tenant_id, division_code, id);
alter table photo add foreign key (tenant_id, case_id) references case_record;

create table case_step (
    tenant_id text not null,
    id uuid not null,
    case_id uuid not null,
    action text not null,
    from_state text,
    to_state text not null,
    actor_subject text not null,
    actor_name text not null,
    actor_role text not null,
    note text,
    occurred_at timestamptz not null,
    primary key (tenant_id, id),
    foreign key (tenant_id, case_id) references case_record
);
create index case_step_case on case_step (tenant_id, case_id, id);

-- The number people read: one counter per county and day.
create table case_counter (
    tenant_id text not null,
    counted_on date not null,
    last int not null,
    primary key (tenant_id, counted_on)
);

-- A mutation's idempotency key: kept in the transaction of the change, so that a key without its change cannot exist.
create table idempotency_key (
    tenant_id text not null,
    subject text not null,
    key text not null,
    field text not null,
    fingerprint text not null,
    result_id uuid,
    created_at timestamptz not null default now(),
    primary key (tenant_id, subject, key)
);

-- The outbox: what has happened, and to whom it is still to be told.
create table event (
    tenant_id text not null,
    id uuid not null,
    position bigint generated always as identity,
    type text not null,
    aggregate uuid not null,
    payload jsonb not null,
    occurred_at timestamptz not null default now(),
    primary key (tenant_id, id)
);

create table event_delivery (
    tenant_id text not null,
    id uuid not null default uuidv7(),
    event_id uuid not null,
    position bigint not null,
    aggregate uuid not null,
    handler text not null,
    state text not null default 'PENDING' check (state in ('PENDING', 'DEAD')),
    attempts int not null default 0,
    due_at timestamptz not null default now(),
    error text,
    primary key (tenant_id, id),
    unique (tenant_id, event_id, handler),
    foreign key (tenant_id, event_id) references event
);
create index event_delivery_order on event_delivery (tenant_id, handler, aggregate, position);
create index event_delivery_dead on event_delivery (tenant_id, position) where state = 'DEAD';

-- The relay finds its work across the counties, and sees no more than which rows are due; the work itself is done inside one county.
create index event_delivery_due on event_delivery (due_at, position) where state = 'PENDING';
grant usage on schema lianhu_core to lianhu_worker;
grant select (tenant_id, id, due_at, state, position, handler, aggregate) on event_delivery to lianhu_worker;
create policy worker on event_delivery for select to lianhu_worker using (true);
