-- 消息. What was said, once per sending, in both languages as it was worded then; and a row for each who receives it.
create table message_content (
    tenant_id text not null,
    id uuid not null,
    kind text not null check (kind in ('NOTICE', 'CASE', 'PLUGIN', 'SYSTEM')),
    source text not null,
    emergency boolean not null,
    title_zh text not null,
    title_en text not null,
    body_zh text not null,
    body_en text not null,
    about text,
    created_at timestamptz not null default now(),
    primary key (tenant_id, id)
);
create index message_content_age on message_content (tenant_id, created_at);

-- on_behalf_of: the residents without a login for whom this person gets it.
create table message (
    tenant_id text not null,
    id uuid not null default uuidv7(),
    content_id uuid not null,
    receiver text not null,
    on_behalf_of uuid[] not null default '{}',
    created_at timestamptz not null default now(),
    read_at timestamptz,
    primary key (tenant_id, id),
    foreign key (tenant_id, content_id) references message_content
);
create unique index message_once on message (tenant_id, content_id, receiver);
create index message_inbox on message (tenant_id, receiver, id);
create index message_unread on message (tenant_id, receiver, id) where read_at is null;
create index message_age on message (tenant_id, created_at);
-- The inbox of residents without a login falls to their household.
create index resident_absent on resident (tenant_id, household_id) where subject is not null;
