-- 公告. due_at: when something is to be done with it by itself, which is to publish it, or to remind who has not confirmed.
create table notice (
    tenant_id text not null,
    id uuid not null,
    title text not null,
    body text not null,
    state text not null check (state in ('DRAFT', 'SCHEDULED', 'PUBLISHED', 'RECALLED')),
    audience text[] not null,
    must_confirm boolean not null,
    emergency boolean not null,
    chase_hours int,
    chased int not null default 0,
    publication uuid,
    published_at timestamptz,
    in_force_until timestamptz,
    receivers int,
    recalled_at timestamptz,
    recall_reason text,
    due_at timestamptz,
    author_subject text not null,
    created_at timestamptz not null default now(),
    primary key (tenant_id, id)
);
create index notice_author on notice (tenant_id, author_subject, id);

-- For whom it is: everybody at home in one of these divisions. Found by the few codes that begin a home's code.
create table notice_audience (
    tenant_id text not null,
    notice_id uuid not null,
    division_code text collate "C" not null,
    publication uuid,
    primary key (tenant_id, notice_id, division_code),
    foreign key (tenant_id, notice_id) references notice
);
create index notice_audience_home on notice_audience (tenant_id, division_code, publication);

-- Who has read it, and who has confirmed that.
create table notice_receipt (
    tenant_id text not null,
    notice_id uuid not null,
    resident_id uuid not null,
    read_at timestamptz not null default now(),
    confirmed_at timestamptz,
    primary key (tenant_id, notice_id, resident_id),
    foreign key (tenant_id, notice_id) references notice,
    foreign key (tenant_id, resident_id) references resident
);

-- Who publishes finds the work across the counties, and sees no more than which notices are due.
create index notice_due on notice (due_at) where due_at is not null;
grant select (tenant_id, id, due_at) on notice to lianhu_worker;
create policy worker on notice for select to lianhu_worker using (true);
