-- 工作日历: one row for the county, once it has changed anything; its id is that of the county's division, its version counts the changes.
create table work_calendar (
    tenant_id text not null,
    id uuid not null,
    version int not null,
    primary key (tenant_id, id),
    foreign key (tenant_id, id) references division
);

-- 作息时间: a week's shifts by weekday, as {"MONDAY": ["08:30-12:00", …], …}, and the day from which they hold.
create table work_hours (
    tenant_id text not null,
    holds_from date not null,
    week jsonb not null,
    primary key (tenant_id, holds_from)
);

-- What the county has decided for a date, against or beyond the legal calendar.
create table work_decision (
    tenant_id text not null,
    on_date date not null,
    workday boolean not null,
    reason text not null,
    primary key (tenant_id, on_date)
);

create table work_calendar_change (
    tenant_id text not null,
    id uuid not null,
    version int not null,
    action text not null check (action in ('HOURS_SET', 'HOURS_CLEARED', 'DAY_SET', 'DAY_CLEARED')),
    on_date date not null,
    workday boolean,
    week jsonb,
    reason text not null,
    changed_by text not null,
    changed_by_name text not null,
    changed_at timestamptz not null,
    primary key (tenant_id, id),
    unique (tenant_id, version)
);
comment on table work_calendar_change is 'append-only';
