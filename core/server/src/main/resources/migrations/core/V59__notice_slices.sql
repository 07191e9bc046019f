-- 公告 go out in slices. criteria: of whom it has to be so beside living in the divisions; null for everybody there.
-- sending: what is going out just now, up to whom it has got (a resident or a receiver), and for how many residents it was sent so far.
alter table notice
    add column criteria text,
    add column confidential boolean not null default false,
    add column deliver_to text not null default 'RESIDENTS' check (deliver_to in ('RESIDENTS', 'GRID_WORKERS')),
    add column sending text check (sending in ('PUBLICATION', 'WORKERS', 'REMINDER', 'WORKERS_REMINDER', 'RECALL')),
    add column sending_content uuid,
    add column sent_up_to text,
    add column sent int not null default 0;

-- For whom a notice was sent, and what became of it. sent_at: null for who came later and read it all the same.
-- publication: of a notice that only those see for whom it was sent. by_worker: the grid worker is to tell the resident.
alter table notice_receipt
    alter column read_at drop not null,
    add column sent_at timestamptz,
    add column publication uuid,
    add column without_login boolean not null default false,
    add column by_worker boolean not null default false,
    add column confirmed_by text,
    add column confirmed_by_name text;
create index notice_receipt_mine on notice_receipt (tenant_id, resident_id, publication) where publication is not null;
create index notice_receipt_errand on notice_receipt (tenant_id, resident_id, notice_id) where by_worker;

-- The owner of the tables is behind the fence as everybody is.
alter table notice no force row level security;
update notice set sent = coalesce(receivers, 0);
alter table notice force row level security;

-- What was said is taken back together with what it was about.
alter table message_content add column withdrawn_at timestamptz;
create index message_content_about on message_content (tenant_id, about) where about is not null;

-- 受众 with a name, to be used again.
create table saved_audience (
    tenant_id text not null,
    id uuid not null,
    name text not null,
    divisions text[] not null,
    criteria text not null,
    saved_by text not null,
    saved_at timestamptz not null default now(),
    version int not null default 0,
    removed_at timestamptz,
    primary key (tenant_id, id)
);
create unique index saved_audience_name on saved_audience (tenant_id, name) where removed_at is null;
