-- 留存依据: for how long what is closed is kept under a person's name. A county without a row has the platform's usual time.
create table retention_rule (
    tenant_id text not null,
    id uuid not null,
    kind text not null check (kind in ('CASES')),
    days int not null check (days between 0 and 36500),
    basis text not null,
    changed_by text not null,
    changed_at timestamptz not null default now(),
    primary key (tenant_id, id),
    unique (tenant_id, kind)
);

-- 依法封存: nothing of the person's is erased until then.
create table legal_hold (
    tenant_id text not null,
    id uuid not null,
    resident_id uuid not null,
    reason text not null,
    until date not null,
    placed_by text not null,
    placed_at timestamptz not null default now(),
    released_by text,
    released_at timestamptz,
    release_reason text,
    primary key (tenant_id, id),
    foreign key (tenant_id, resident_id) references resident,
    check (num_nulls(released_by, released_at, release_reason) in (0, 3))
);
create index legal_hold_resident on legal_hold (tenant_id, resident_id, id);

-- 个人信息删除: asked for, decided, and then done section by section. Subject and household are what the later sections, and what is held
-- back today, are found by; they go with the last of them.
create table erasure (
    tenant_id text not null,
    id uuid not null,
    resident_id uuid not null,
    subject text,
    household_id uuid,
    state text not null check (state in ('REQUESTED', 'APPROVED', 'PARTLY', 'DONE', 'REFUSED', 'WITHDRAWN')),
    requested_by text not null,
    requested_as text not null check (requested_as in ('SELF', 'REPRESENTATIVE', 'GUARDIAN', 'COUNTY')),
    reason text,
    requested_at timestamptz not null default now(),
    not_before timestamptz not null,
    decided_by text,
    decided_at timestamptz,
    decision_note text,
    due_at timestamptz,
    attempts int not null default 0,
    finished_at timestamptz,
    primary key (tenant_id, id),
    foreign key (tenant_id, resident_id) references resident,
    check ((state in ('APPROVED', 'PARTLY')) = (due_at is not null))
);
create unique index erasure_open on erasure (tenant_id, resident_id) where state in ('REQUESTED', 'APPROVED', 'PARTLY');
create index erasure_resident on erasure (tenant_id, resident_id, id);

-- What became of each section; a reason says that the rest of it is kept. Kept is null where nobody counted.
create table erasure_outcome (
    tenant_id text not null,
    erasure_id uuid not null,
    section text not null,
    erased int not null,
    kept int,
    reason text,
    until timestamptz,
    settled_at timestamptz not null default now(),
    primary key (tenant_id, erasure_id, section),
    foreign key (tenant_id, erasure_id) references erasure
);

-- Replicas find what is due across the counties, and see no more than that.
create index erasure_due on erasure (due_at) where due_at is not null;
grant select (tenant_id, id, due_at) on erasure to lianhu_worker;
create policy worker on erasure for select to lianhu_worker using (true);

-- 已注销: nobody's record any more.
alter table resident drop constraint resident_state_check;
alter table resident add constraint resident_state_check
    check (state in ('PENDING', 'APPROVED', 'REJECTED', 'MERGED', 'ERASED'));

-- A history is never changed, but for this: who erases takes a person's name out of it, in the own county, and nothing else.
grant usage on schema lianhu_core to lianhu_eraser;
grant select (tenant_id, case_id, actor_subject), update (actor_subject, actor_name, note) on case_step to lianhu_eraser;
create policy eraser on case_step to lianhu_eraser
    using (tenant_id = (select nullif(current_setting('lianhu.tenant', true), '')));
