-- Files that were sent in to be imported, or made by an export; sealed, and kept for a day.
create table transfer_file (
    tenant_id text not null,
    id uuid not null,
    uploaded_by text not null,
    format text not null check (format in ('XLSX', 'CSV')),
    claimed boolean not null default false,
    created_at timestamptz not null default now(),
    primary key (tenant_id, id)
);
create index transfer_file_age on transfer_file (tenant_id, created_at);
create index transfer_file_unclaimed on transfer_file (tenant_id, uploaded_by) where not claimed;

-- 导入导出任务. The scopes are the divisions over which the person held a post when the work was asked for.
create table transfer_job (
    tenant_id text not null,
    id uuid not null,
    kind text not null,
    state text not null check
        (state in ('CHECKING', 'CHECKED', 'COMMITTING', 'EXPORTING', 'DONE', 'FAILED', 'DISCARDED')),
    subject text not null,
    scopes text[] not null,
    request jsonb not null,
    mode text check (mode in ('ALL', 'GOOD_ROWS')),
    file_id uuid,
    done int not null default 0,
    total int not null default 0,
    faults int not null default 0,
    creating int not null default 0,
    updating int not null default 0,
    leaving int not null default 0,
    held_back int not null default 0,
    failure text,
    detail text,
    token uuid,
    attempts int not null default 0,
    due_at timestamptz not null default now(),
    created_at timestamptz not null default now(),
    finished_at timestamptz,
    primary key (tenant_id, id)
);
create index transfer_job_of_person on transfer_job (tenant_id, subject, id);
create index transfer_job_file on transfer_job (tenant_id, file_id) where file_id is not null;

-- What of a file is wrong, by line and column as spreadsheets count.
create table transfer_fault (
    tenant_id text not null,
    id uuid not null,
    job_id uuid not null,
    line int not null,
    number int not null,
    heading text not null,
    code text not null,
    primary key (tenant_id, id),
    foreign key (tenant_id, job_id) references transfer_job
);
create index transfer_fault_job on transfer_fault (tenant_id, job_id, id);

-- Replicas find what is due across the counties, and see no more than that; the work itself is done inside one county.
create index transfer_job_due on transfer_job (due_at) where state in ('CHECKING', 'COMMITTING', 'EXPORTING');
grant select (tenant_id, id, state, due_at) on transfer_job to lianhu_worker;
create policy worker on transfer_job for select to lianhu_worker using (true);
