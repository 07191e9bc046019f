-- How somebody wants to be told outside the inbox. Who has none is told in Chinese, of everything, between 7 and 21 o'clock.
create table message_preference (
    tenant_id text not null,
    id uuid not null default uuidv7(),
    subject text not null,
    language text not null check (language in ('zh-CN', 'en')),
    silenced text[] not null,
    quiet_from time not null,
    quiet_until time not null,
    primary key (tenant_id, id),
    unique (tenant_id, subject)
);

-- Where a county has its messages sent: an SMS or WeChat gateway, or a village's loudspeakers. The secrets are sealed.
create table webhook (
    tenant_id text not null,
    id uuid not null,
    name text not null,
    url text not null,
    kinds text[] not null,
    with_telephone boolean not null,
    state text not null check (state in ('ACTIVE', 'PAUSED', 'REMOVED')),
    secret bytea not null,
    previous_secret bytea,
    previous_until timestamptz,
    failures int not null default 0,
    open_until timestamptz,
    last_delivered_at timestamptz,
    last_failed_at timestamptz,
    last_error text,
    created_by text not null,
    created_at timestamptz not null default now(),
    primary key (tenant_id, id)
);

-- A message on its way out; gone once it has arrived. Without a message it is a trial.
create table webhook_delivery (
    tenant_id text not null,
    id uuid not null default uuidv7(),
    webhook_id uuid not null,
    message_id uuid,
    state text not null default 'PENDING' check (state in ('PENDING', 'DEAD', 'GIVEN_UP')),
    attempts int not null default 0,
    due_at timestamptz not null default now(),
    error text,
    reason text,
    given_up_by text,
    given_up_at timestamptz,
    created_at timestamptz not null default now(),
    primary key (tenant_id, id),
    foreign key (tenant_id, webhook_id) references webhook,
    foreign key (tenant_id, message_id) references message on delete cascade
);
create index webhook_delivery_message on webhook_delivery (tenant_id, message_id);
create index webhook_delivery_next on webhook_delivery (tenant_id, webhook_id, due_at) where state = 'PENDING';
create index webhook_delivery_dead on webhook_delivery (tenant_id, id) where state <> 'PENDING';

-- Who sends finds the work across the counties, and sees no more than which webhooks have something due.
create index webhook_delivery_due on webhook_delivery (due_at) where state = 'PENDING';
grant select (tenant_id, webhook_id, due_at, state) on webhook_delivery to lianhu_worker;
create policy worker on webhook_delivery for select to lianhu_worker using (true);
