-- 消息模板: a county's own words for the core's messages, each change a row. Without texts: the usual words again.
create table message_template (
    tenant_id text not null,
    id uuid not null,
    template text collate "C" not null,
    version int not null,
    title_zh text,
    title_en text,
    body_zh text,
    body_en text,
    changed_by text not null,
    changed_by_name text not null,
    changed_at timestamptz not null default now(),
    primary key (tenant_id, id)
);
create unique index message_template_version on message_template (tenant_id, template, version);
comment on table message_template is 'append-only';

-- 公告模板: what notices are begun from; what stands in braces is filled in then.
create table notice_template (
    tenant_id text not null,
    id uuid not null,
    name text not null,
    title text not null,
    body text not null,
    must_confirm boolean not null,
    saved_by text not null,
    saved_by_name text not null,
    saved_at timestamptz not null default now(),
    version int not null default 0,
    removed_at timestamptz,
    primary key (tenant_id, id)
);
create unique index notice_template_name on notice_template (tenant_id, name) where removed_at is null;
