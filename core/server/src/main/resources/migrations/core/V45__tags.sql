-- 标签: what a county calls people by. One by hand is put on people; one with a rule is computed whenever it is asked for.
create table tag (
    tenant_id text not null,
    id uuid not null,
    name text not null,
    rule text,
    confidential boolean not null,
    retired_at timestamptz,
    created_at timestamptz not null,
    version int not null,
    primary key (tenant_id, id)
);
create unique index tag_name on tag (tenant_id, name) where retired_at is null;

create table resident_tag (
    tenant_id text not null,
    tag_id uuid not null,
    resident_id uuid not null,
    tagged_by text not null,
    tagged_at timestamptz not null,
    primary key (tenant_id, tag_id, resident_id),
    foreign key (tenant_id, tag_id) references tag,
    foreign key (tenant_id, resident_id) references resident
);
create index resident_tag_resident on resident_tag (tenant_id, resident_id);
